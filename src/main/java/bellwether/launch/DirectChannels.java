package bellwether.launch;

import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Gives each request that could open a stream the {@link DirectChannel} to its client's socket, as
 * an attribute. The application has class loaders of its own, so the two speak of it by types of
 * the JDK only.
 */
public final class DirectChannels extends Handler.Wrapper {
  /**
   * An {@link java.nio.channels.AsynchronousByteChannel} of HTTP/1.1, for a response in chunks.
   * More than that interface promises: a buffer is its owner's again when {@code write} returns.
   */
  public static final String ATTRIBUTE = "bellwether.direct-channel";

  public DirectChannels(Handler application) {
    super(application);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    if (request.getMethod().equals("GET")
        && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
        && endPoint instanceof SocketChannelEndPoint plain) { // the one of TLS is another
      DirectChannel channel = new DirectChannel(plain);
      request.setAttribute(ATTRIBUTE, channel);
      Request.addCompletionListener(request, failure -> channel.release());
    }
    return super.handle(request, response, callback);
  }
}
