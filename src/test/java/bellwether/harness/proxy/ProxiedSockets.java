package bellwether.harness.proxy;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A proxy before a server that a test plays itself, as it plays the clients. */
final class ProxiedSockets implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(10); // of every wait for bytes

  final ServerSocket listener;
  final TcpProxy proxy;

  ProxiedSockets() throws IOException {
    listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    listener.setSoTimeout((int) LIMIT.toMillis());
    proxy = new TcpProxy(listener.getLocalPort());
  }

  /** A client's end, without a look at whether the server has got its own. */
  Socket client() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout((int) LIMIT.toMillis());
    return socket;
  }

  Pair pair() throws IOException {
    return pair(listener);
  }

  Pair pair(ServerSocket target) throws IOException {
    Socket client = client();
    Socket server = target.accept();
    server.setSoTimeout((int) LIMIT.toMillis());
    return new Pair(client, server);
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    listener.close();
  }

  static void assertReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads so many bytes, waited for. */
  static String receive(Socket socket, int count) throws IOException {
    return new String(socket.getInputStream().readNBytes(count), StandardCharsets.UTF_8);
  }

  /** The two ends of a connection through the proxy. */
  record Pair(Socket client, Socket server) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      client.close();
      server.close();
    }
  }
}
