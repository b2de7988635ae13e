package bellwether.launch;

import java.time.Duration;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http2.frames.ContinuationFrame;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RateControl;
import org.eclipse.jetty.io.WindowRateControl;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;

/**
 * The limit on the head of a request: its URL and its headers.
 *
 * <p>Over HTTP/2 a head that Jetty refuses ends the connection with all its streams. So Jetty may
 * read more than this, and a larger head is refused here, which ends only one stream.
 *
 * @param bytes the most bytes; over HTTP/2 counted like its header lists: names, values, and 32 for
 *     each field
 */
record HeadSize(int bytes) {
  private static final int MIN_READ = 256 << 10;
  private static final int EVENTS_PER_SECOND = 128; // Jetty's default, for all kinds of frames
  private static final int CONTINUATIONS_PER_SECOND = 2048;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int BYTES_OF_A_FIELD = 32; // RFC 9113, 6.5.2

  HttpConnectionFactory limitHttp1(HttpConnectionFactory factory) {
    factory.getHttpConfiguration().setRequestHeaderSize(bytes);
    return factory;
  }

  /**
   * Limits the heads of HTTP/2, with or without TLS. It announces to clients the larger size, since
   * Jetty reads no more than it announces: this server's answer says what is wrong, while a
   * client's own refusal may not.
   */
  <F extends HTTP2ServerConnectionFactory> F limitHttp2(F factory) {
    HttpConfiguration configuration = factory.getHttpConfiguration();
    configuration.setRequestHeaderSize(Math.max(4 * bytes, MIN_READ));
    configuration.addCustomizer(this::require);
    factory.setRateControlFactory(new Paces());
    return factory;
  }

  private Request require(Request request, HttpFields.Mutable responseHeaders) {
    long size = field(":method", request.getMethod());
    size += field(":scheme", request.getHttpURI().getScheme());
    size += field(":authority", request.getHttpURI().getAuthority());
    size += field(":path", request.getHttpURI().getPathQuery());
    for (HttpField field : request.getHeaders()) {
      size += field(field.getName(), field.getValue());
    }
    if (size > bytes) {
      throw new HttpException.RuntimeException(431);
    }
    return request;
  }

  private static int field(String name, String value) {
    return name.length() + (value == null ? 0 : value.length()) + BYTES_OF_A_FIELD;
  }

  /** Creates a limit for each connection. */
  private static final class Paces implements RateControl.Factory {
    @Override
    public RateControl newRateControl(EndPoint endPoint) {
      return new Pace();
    }
  }

  /**
   * A limit on frames without use that make work, for one connection. A large head comes in many
   * frames: Jetty's own limit would end the connection of a browser that reopens its streams at
   * once. Confined to the connection.
   */
  private static final class Pace implements RateControl {
    private final RateControl all = new WindowRateControl(EVENTS_PER_SECOND, SECOND);
    private final RateControl continuations =
        new WindowRateControl(CONTINUATIONS_PER_SECOND, SECOND);

    @Override
    public boolean onEvent(Object event) {
      return (event instanceof ContinuationFrame ? continuations : all).onEvent(event);
    }
  }
}
