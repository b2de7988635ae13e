package bellwether.launch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionCapTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @ParameterizedTest
  @CsvSource({"1024, 896", "8192, 7168", "1048576, 1047552", "9223372036854775807, 2147483647"})
  void aPartOfTheOpenFilesIsTheServersOwn(long files, int connections) {
    assertThat(ConnectionCap.besidesOwn(files)).isEqualTo(connections);
  }

  @Test
  void noMoreAreAcceptedUntilOneHasGone() throws Exception {
    Server server = new Server();
    Connectors.addTo(server, List.of("--host=127.0.0.1", "--port=0", "--connections=2"), Map.of());
    server.start();
    ServerConnector connector = (ServerConnector) server.getConnectors()[0];
    InetAddress here = InetAddress.getLoopbackAddress();
    try (Socket first = new Socket(here, connector.getLocalPort())) {
      Socket second = new Socket(here, connector.getLocalPort());
      Await.until("two connections", LIMIT, () -> connector.getConnectedEndPoints().size() == 2);
      Await.until("no more", LIMIT, () -> !connector.isAccepting());
      second.close();
      Await.until("room again", LIMIT, connector::isAccepting);
      assertThat(first.isConnected()).isTrue();
      Await.until("an answer", LIMIT, () -> isAnswered(here, connector.getLocalPort()));
    } finally {
      server.stop();
    }
  }

  /** The acceptor that was waiting when the limit was reached closes one more at once. */
  private static boolean isAnswered(InetAddress address, int port) {
    try (Socket socket = new Socket(address, port)) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
      return socket.getInputStream().read() == 'H';
    } catch (IOException e) { // it was closed
      return false;
    }
  }
}
