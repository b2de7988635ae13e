package bellwether.harness.proxy;

import static bellwether.harness.proxy.ProxiedSockets.LIMIT;
import static bellwether.harness.proxy.ProxiedSockets.assertReset;
import static bellwether.harness.proxy.ProxiedSockets.receive;
import static bellwether.harness.proxy.ProxiedSockets.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.harness.Await;
import bellwether.harness.proxy.ProxiedSockets.Pair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the proxy does by itself, and what it does to all connections at once. */
class TcpProxyTest {
  private final ProxiedSockets sockets = new ProxiedSockets();
  private final TcpProxy proxy = sockets.proxy;

  TcpProxyTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    sockets.close();
  }

  @Test
  void losesNothingInEitherDirection() throws IOException {
    byte[] down = new byte[5_000_000];
    byte[] up = new byte[3_000_000];
    new Random(1).nextBytes(down);
    new Random(2).nextBytes(up);
    try (Pair pair = sockets.pair()) {
      CompletableFuture<Void> downstream = sendAndEnd(pair.server(), down);
      CompletableFuture<Void> upstream = sendAndEnd(pair.client(), up);
      CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> all(pair.server()));
      assertThat(all(pair.client())).isEqualTo(down);
      assertThat(Await.value("upstream", LIMIT, received)).isEqualTo(up);
      Await.value("sent", LIMIT, CompletableFuture.allOf(downstream, upstream));
    }
    Await.until("both sockets closed", LIMIT, () -> proxy.openConnections() == 0);
  }

  @Test
  void anEndOfOneDirectionLeavesTheOtherOpen() throws IOException {
    try (Pair pair = sockets.pair()) {
      pair.client().shutdownOutput();
      assertThat(pair.server().getInputStream().read()).isEqualTo(-1);
      send(pair.server(), "a");
      assertThat(receive(pair.client(), 1)).isEqualTo("a");
    }
  }

  @Test
  void resetsBothSidesOfEveryConnection() throws IOException {
    try (Pair one = sockets.pair();
        Pair two = sockets.pair()) {
      assertThat(proxy.openConnections()).isEqualTo(2);
      proxy.resetAll();
      assertThat(proxy.openConnections()).isZero();
      assertReset(one.client());
      assertReset(one.server());
      assertReset(two.client());
      assertReset(two.server());
    }
    assertThat(proxy.cuts()).isZero(); // these are no strikes
  }

  @Test
  void endsBothSidesInOrder() throws IOException {
    try (Pair pair = sockets.pair()) {
      proxy.endAll();
      assertThat(pair.client().getInputStream().read()).isEqualTo(-1);
      assertThat(pair.server().getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void passesAResetOnAsAReset() throws IOException {
    try (Pair one = sockets.pair();
        Pair two = sockets.pair()) {
      one.client().setSoLinger(true, 0);
      one.client().close();
      assertReset(one.server());
      two.server().setSoLinger(true, 0);
      two.server().close();
      assertReset(two.client());
    }
  }

  @Test
  void refusesOnThePortThatItKeepsAndTakesUpAgain() throws IOException {
    try (Pair before = sockets.pair()) {
      proxy.refuse(true);
      try (Socket refused = sockets.client()) {
        assertReset(refused);
      }
      send(before.server(), "a");
      assertThat(receive(before.client(), 1)).isEqualTo("a");
      proxy.refuse(false);
      try (Pair after = sockets.pair()) {
        send(after.server(), "b");
        assertThat(receive(after.client(), 1)).isEqualTo("b");
      }
    }
    assertThat(proxy.connectionsAccepted()).isEqualTo(3);
  }

  @Test
  void aServerThatIsNotThereLooksLikeOneThatResets() throws IOException {
    sockets.listener.close();
    try (Socket client = sockets.client()) {
      assertReset(client);
    }
    assertThat(proxy.cuts()).isZero();
  }

  @Test
  void passesWhoComesLaterOnToItsNewTarget() throws IOException {
    try (Pair old = sockets.pair();
        ServerSocket other = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      other.setSoTimeout((int) LIMIT.toMillis());
      proxy.target(other.getLocalPort());
      try (Pair fresh = sockets.pair(other)) {
        send(fresh.server(), "new");
        assertThat(receive(fresh.client(), 3)).isEqualTo("new");
      }
      send(old.server(), "old");
      assertThat(receive(old.client(), 3)).isEqualTo("old");
    }
  }

  @Test
  void holdsBackWhileStalledAndLosesNothing() throws IOException {
    try (Pair pair = sockets.pair()) {
      proxy.stall(true);
      send(pair.server(), "held");
      send(pair.client(), "u");
      assertThat(receive(pair.server(), 1)).isEqualTo("u");
      assertNothingComes(pair.client());
      proxy.stall(false);
      assertThat(receive(pair.client(), 4)).isEqualTo("held");
    }
  }

  @Test
  void holdsBackFromThoseWhoComeWhileItIsStalled() throws IOException {
    proxy.stall(true);
    try (Pair pair = sockets.pair()) {
      send(pair.server(), "held");
      assertNothingComes(pair.client());
      proxy.stall(false);
      assertThat(receive(pair.client(), 4)).isEqualTo("held");
    }
  }

  @Test
  void resetsAConnectionThatIsStalled() throws IOException {
    try (Pair pair = sockets.pair()) {
      proxy.stall(true);
      send(pair.server(), "a");
      proxy.resetAll();
      assertReset(pair.client());
    }
  }

  private static void assertNothingComes(Socket socket) throws IOException {
    socket.setSoTimeout(100);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout((int) LIMIT.toMillis());
  }

  private static CompletableFuture<Void> sendAndEnd(Socket socket, byte[] bytes) {
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
