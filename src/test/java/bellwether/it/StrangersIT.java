package bellwether.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.SelfSigned;
import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers may hold of our own server without ever having asked it for anything. */
@Tag("soak")
class StrangersIT {
  private static final int MANY = 500;
  private static final byte[] HALF_A_HELLO = {0x16, 3, 1, 2, 0, 1, 0, 1};
  private static final byte[] HALF_A_HEAD =
      "GET /events?topic=t HTTP/1.1\r\nX: ".getBytes(ISO_8859_1);

  @TempDir static Path directory;
  private static final Bellwether.Shared servers = new Bellwether.Shared(StrangersIT::settings);

  private final Bellwether server = servers.on(Container.OWN);
  private final List<SocketChannel> strangers = new ArrayList<>();

  @BeforeAll
  static void certify() {
    SelfSigned own = SelfSigned.create("EC", directory);
    own.writeCertificate(directory.resolve("crt"));
    own.writeKey(directory.resolve("key"));
  }

  private static ServerProcess.Builder settings(ServerProcess.Builder server) {
    return server
        .connector("--head-time", "1")
        .connector("--tls-port", "0")
        .connector("--tls-certificate", directory.resolve("crt").toString())
        .connector("--tls-key", directory.resolve("key").toString())
        .setting("bellwether.clock.interval", "1h")
        .setting("bellwether.heartbeat", "100ms");
  }

  @AfterEach
  void leave() throws IOException {
    for (SocketChannel stranger : strangers) {
      stranger.close();
    }
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void headsAndHandshakesThatDripEndWhileOthersAreServed() throws IOException {
    try (OpenStream reader = server.stream("topic", "log/t")) {
      connect(server.process().port(), HALF_A_HEAD);
      connect(server.process().tlsUri("").getPort(), HALF_A_HELLO);
      Await.until(
          "the end of all " + 2 * MANY,
          Bellwether.LIMIT,
          () -> {
            assertThat(server.get("health/live").statusCode()).isEqualTo(200);
            return open() == 0;
          });
      server.publish("topic", "log/t", "data", "still there");
      Await.until(
          "its event", Bellwether.LIMIT, () -> reader.recorder().text().contains("still there"));
    }
    assertThat(server.process().log()).doesNotContain("WARNING", "SEVERE", "Exception");
  }

  private void connect(int port, byte[] first) throws IOException {
    for (int i = 0; i < MANY; i++) {
      SocketChannel stranger =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      stranger.setOption(StandardSocketOptions.TCP_NODELAY, true);
      stranger.write(ByteBuffer.wrap(first));
      stranger.configureBlocking(false);
      strangers.add(stranger);
    }
  }

  /** Returns how many are open still, after each of those has sent one more byte. */
  private int open() {
    int open = 0;
    for (SocketChannel stranger : strangers) {
      open += drips(stranger) ? 1 : 0;
    }
    return open;
  }

  private static boolean drips(SocketChannel stranger) {
    try {
      boolean hasEnded = stranger.read(ByteBuffer.allocate(1)) < 0;
      stranger.write(ByteBuffer.wrap(new byte[] {'x'}));
      return !hasEnded;
    } catch (IOException e) { // it was reset
      return false;
    }
  }
}
