package bellwether.launch;

import java.nio.channels.SocketChannel;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Gives each request whose response will go straight to a socket, in chunks, the {@link
 * DirectChannel} to it, as an attribute. The application has class loaders of its own, so the two
 * speak of it by types of the JDK only.
 */
public final class DirectChannels extends Handler.Wrapper {
  /** An {@link java.nio.channels.AsynchronousByteChannel}. */
  static final String ATTRIBUTE = "bellwether.direct-channel";

  public DirectChannels(Handler application) {
    super(application);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    boolean isChunked =
        request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
            && !request.getHeaders().contains(HttpHeader.CONNECTION, "close");
    if (isChunked
        && request.getMethod().equals("GET")
        && endPoint instanceof AbstractEndPoint plain // not one that encrypts
        && endPoint.getTransport() instanceof SocketChannel socket) {
      request.setAttribute(ATTRIBUTE, new DirectChannel(plain, socket));
    }
    return super.handle(request, response, callback);
  }
}
