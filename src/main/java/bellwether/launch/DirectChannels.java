package bellwether.launch;

import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Gives each request that could open a stream, as an attribute, the {@link DirectChannel} to its
 * client's socket, or over HTTP/2 a way to cut the client off. The application has class loaders of
 * its own, so the attributes have types of the JDK only.
 */
public final class DirectChannels extends Handler.Wrapper {
  /**
   * The attribute of an HTTP/1.1 request with an {@link java.nio.channels.AsynchronousByteChannel},
   * by which a response in chunks takes over the client's socket: see {@link DirectChannel}.
   */
  public static final String ATTRIBUTE = "bellwether.direct-channel";

  /**
   * The attribute of an HTTP/2 request with a {@link Runnable} that drops the data waiting to be
   * sent in this one response.
   */
  public static final String CUT = "bellwether.cut";

  public DirectChannels(Handler application) {
    super(application);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (request.getMethod().equals("GET") || request.getMethod().equals("QUERY")) {
      Connection connection = request.getConnectionMetaData().getConnection();
      if (connection instanceof HTTP2Connection http2) {
        int id = Integer.parseInt(request.getId()); // taken now, since request objects are reused
        request.setAttribute(CUT, (Runnable) () -> cut(http2, id));
      } else if (request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1) {
        request.setAttribute(ATTRIBUTE, new DirectChannel(request, connection.getEndPoint()));
      }
    }
    return super.handle(request, response, callback);
  }

  /** Cuts one stream off; the other streams of its connection go on. */
  private static void cut(HTTP2Connection connection, int id) {
    Stream stream = connection.getSession().getStream(id);
    if (stream != null) {
      stream.reset(new ResetFrame(id, ErrorCode.CANCEL_STREAM_ERROR.code), Callback.NOOP);
    }
  }
}
