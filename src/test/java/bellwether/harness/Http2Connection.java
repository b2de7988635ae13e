package bellwether.harness;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/** One HTTP/2 connection without TLS; any number of streams of events share it. */
public final class Http2Connection implements AutoCloseable {
  /** What a stream may be sent that nobody reads: RFC 9113's own default. */
  static final int STREAM_WINDOW = 65_535;

  private static final int CONNECTION_WINDOW = 16 << 20;
  private static final int MAX_HEAD = 1 << 20;
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final HTTP2Client client = new HTTP2Client();
  private final Session session;

  private Http2Connection(int port, int connectionWindow) {
    client.setInitialStreamRecvWindow(STREAM_WINDOW);
    client.setInitialSessionRecvWindow(connectionWindow);
    client.setMaxRequestHeadersSize(MAX_HEAD);
    client.setIdleTimeout(0);
    client.setStreamIdleTimeout(-1);
    try {
      client.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    session =
        Await.value("a connection", LIMIT, client.connect(address, new Session.Listener() {}));
  }

  public static Http2Connection to(Bellwether server) {
    return new Http2Connection(server.process().port(), CONNECTION_WINDOW);
  }

  /** A client that grants the connection no more than one stream: some do. */
  public static Http2Connection withOneWindowForAll(Bellwether server) {
    return new Http2Connection(server.process().port(), STREAM_WINDOW);
  }

  public OpenStream open(URI uri, Map<String, String> headers) {
    return OpenStream.open(this, uri, headers);
  }

  public OpenStream open(URI uri) {
    return open(uri, Map.of());
  }

  StreamClient open(URI uri, Map<String, String> headers, BodySink sink) {
    MetaData.Request request = request(uri, headers);
    Http2Client stream = new Http2Client(sink);
    stream.opened(
        Await.value(
            "a stream", LIMIT, session.newStream(new HeadersFrame(request, null, true), stream)));
    return stream;
  }

  private static MetaData.Request request(URI uri, Map<String, String> headers) {
    HttpFields.Mutable fields = HttpFields.build().put("Accept", "text/event-stream");
    headers.forEach(fields::put);
    return new MetaData.Request(
        "GET", HttpURI.from(uri.toString()), HttpVersion.HTTP_2, fields.asImmutable());
  }

  /** Opens streams and gives each of them up at once; returns whether the server bears it. */
  public boolean openAndReset(int count) {
    for (int i = 0; i < count && isOpen(); i++) {
      session.newStream(
          new HeadersFrame(request(URI.create("http://localhost/events"), Map.of()), null, true),
          Promise.from(
              stream ->
                  stream.reset(
                      new ResetFrame(stream.getId(), ErrorCode.CANCEL_STREAM_ERROR.code),
                      Callback.NOOP),
              failure -> {}),
          new Stream.Listener() {});
    }
    return isOpen();
  }

  public boolean isOpen() {
    return !session.isClosed();
  }

  /** Closes the connection, and its streams with it. */
  @Override
  public void close() {
    try {
      client.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
