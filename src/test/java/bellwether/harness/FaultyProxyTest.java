package bellwether.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultyProxyTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
  private final FaultyProxy proxy = new FaultyProxy(listener.getLocalPort());

  FaultyProxyTest() throws IOException {}

  @BeforeEach
  void boundEveryAccept() throws IOException {
    listener.setSoTimeout((int) LIMIT.toMillis());
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    listener.close();
  }

  @Test
  void losesNothingInEitherDirection() throws IOException {
    byte[] down = new byte[5_000_000];
    byte[] up = new byte[3_000_000];
    new Random(1).nextBytes(down);
    new Random(2).nextBytes(up);
    try (Pair pair = new Pair()) {
      CompletableFuture<Void> downstream = send(pair.server, down);
      CompletableFuture<Void> upstream = send(pair.client, up);
      CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> all(pair.server));
      assertThat(all(pair.client)).isEqualTo(down);
      assertThat(Await.value("upstream", LIMIT, received)).isEqualTo(up);
      Await.value("sent", LIMIT, CompletableFuture.allOf(downstream, upstream));
    }
    Await.until("both sockets closed", LIMIT, () -> proxy.openConnections() == 0);
  }

  @Test
  void anEndOfOneDirectionLeavesTheOtherOpen() throws IOException {
    try (Pair pair = new Pair()) {
      pair.client.shutdownOutput();
      assertThat(pair.server.getInputStream().read()).isEqualTo(-1);
      pair.server.getOutputStream().write('a');
      assertThat(pair.client.getInputStream().read()).isEqualTo('a');
    }
  }

  @Test
  void cutsBothSidesOfEveryConnection() throws IOException {
    try (Pair one = new Pair();
        Pair two = new Pair()) {
      assertThat(proxy.openConnections()).isEqualTo(2);
      proxy.cutAll();
      assertThat(proxy.openConnections()).isZero();
      assertReset(one.client);
      assertReset(one.server);
      assertReset(two.client);
      assertReset(two.server);
    }
  }

  @Test
  void closesBothSidesInOrder() throws IOException {
    try (Pair pair = new Pair()) {
      proxy.closeAll();
      assertThat(pair.client.getInputStream().read()).isEqualTo(-1);
      assertThat(pair.server.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void passesAResetOnAsAReset() throws IOException {
    try (Pair one = new Pair();
        Pair two = new Pair()) {
      one.client.setSoLinger(true, 0);
      one.client.close();
      assertReset(one.server);
      two.server.setSoLinger(true, 0);
      two.server.close();
      assertReset(two.client);
    }
  }

  @Test
  void refusesOnThePortThatItKeepsAndTakesUpAgain() throws IOException {
    try (Pair before = new Pair()) {
      proxy.refuse(true);
      try (Socket refused = connect()) {
        assertReset(refused);
      }
      before.server.getOutputStream().write('a');
      assertThat(before.client.getInputStream().read()).isEqualTo('a');
      proxy.refuse(false);
      try (Pair after = new Pair()) {
        after.server.getOutputStream().write('b');
        assertThat(after.client.getInputStream().read()).isEqualTo('b');
      }
    }
    assertThat(proxy.connectionsAccepted()).isEqualTo(3);
  }

  @Test
  void aServerThatIsNotThereLooksLikeOneThatResets() throws IOException {
    listener.close();
    try (Socket client = connect()) {
      assertReset(client);
    }
  }

  @Test
  void holdsBackWhileStalledAndLosesNothing() throws IOException {
    try (Pair pair = new Pair()) {
      proxy.stall(true);
      pair.server.getOutputStream().write("held".getBytes(StandardCharsets.UTF_8));
      pair.client.getOutputStream().write('u');
      assertThat(pair.server.getInputStream().read()).isEqualTo('u');
      pair.client.setSoTimeout(100);
      assertThatThrownBy(() -> pair.client.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      pair.client.setSoTimeout((int) LIMIT.toMillis());
      proxy.stall(false);
      assertThat(pair.client.getInputStream().readNBytes(4)).asString().isEqualTo("held");
    }
  }

  @Test
  void cutsAConnectionThatIsStalled() throws IOException {
    try (Pair pair = new Pair()) {
      proxy.stall(true);
      pair.server.getOutputStream().write('a');
      proxy.cutAll();
      assertReset(pair.client);
    }
  }

  @Test
  void delaysDownstreamBytes() throws IOException {
    try (Pair pair = new Pair()) {
      proxy.delay(Duration.ofMillis(200));
      long sent = System.nanoTime();
      pair.server.getOutputStream().write('a');
      assertThat(pair.client.getInputStream().read()).isEqualTo('a');
      assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThan(Duration.ofMillis(190));
    }
  }

  @Test
  void cutsAfterExactlySoManyBytes() throws IOException {
    try (Pair old = new Pair()) {
      old.server.getOutputStream().write("1234".getBytes(StandardCharsets.UTF_8));
      assertThat(old.client.getInputStream().readNBytes(4)).asString().isEqualTo("1234");
      proxy.cutAfter(3);
      try (Pair fresh = new Pair()) {
        fresh.server.getOutputStream().write("12345".getBytes(StandardCharsets.UTF_8));
        assertThat(fresh.client.getInputStream().readNBytes(3)).asString().isEqualTo("123");
        assertReset(fresh.client);
      }
      old.server.getOutputStream().write('5');
      assertReset(old.client);
    }
  }

  /** The two ends of a connection through the proxy. */
  private final class Pair implements AutoCloseable {
    final Socket client = connect();
    final Socket server = listener.accept();

    Pair() throws IOException {
      server.setSoTimeout((int) LIMIT.toMillis());
    }

    @Override
    public void close() throws IOException {
      client.close();
      server.close();
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout((int) LIMIT.toMillis());
    return socket;
  }

  private static void assertReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  private static CompletableFuture<Void> send(Socket socket, byte[] bytes) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static byte[] all(Socket socket) {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
