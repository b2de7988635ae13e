package bellwether.launch;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * A connector that sets the options of a connection on its channel. Jetty's own sets them on the
 * channel's {@link java.net.Socket}, which then lives, unused, as long as the connection.
 */
final class LightConnector extends ServerConnector {
  private static final Logger log = Logger.getLogger(LightConnector.class.getName());

  LightConnector(Server server, ConnectionFactory... spoken) {
    super(server, spoken);
  }

  @Override
  public void accept(int acceptor) throws IOException {
    if (getTransport() instanceof ServerSocketChannel listening && listening.isOpen()) {
      SocketChannel accepted = listening.accept();
      accepted.configureBlocking(false);
      setOptions(accepted);
      getSelectorManager().accept(accepted);
    }
  }

  private void setOptions(SocketChannel accepted) {
    try {
      accepted.setOption(StandardSocketOptions.TCP_NODELAY, getAcceptedTcpNoDelay());
      if (getAcceptedSendBufferSize() >= 0) {
        accepted.setOption(StandardSocketOptions.SO_SNDBUF, getAcceptedSendBufferSize());
      }
    } catch (IOException e) { // the client has left, which will be noticed later
      log.log(Level.FINE, "A connection has no options", e);
    }
  }
}
