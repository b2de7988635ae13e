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
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each fault does what it says, to the connection that was named and to no other. */
class StrikeTest {
  private final ProxiedSockets sockets = new ProxiedSockets();
  private final TcpProxy proxy = sockets.proxy;
  private final Pair pair = sockets.pair();
  private final Socket client = pair.client();
  private final Socket server = pair.server();

  StrikeTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    pair.close();
    sockets.close();
  }

  @Test
  void resetsBothSidesAndCountsIt() {
    strike(Fault.RESET, 0);
    assertReset(client);
    assertReset(server);
    assertThat(proxy.cuts()).isEqualTo(1);
    assertThat(proxy.strike(client.getLocalPort(), new Strike(Fault.RESET, 0))).isFalse();
    assertThat(proxy.cuts()).isEqualTo(1);
  }

  @Test
  void leavesOthersAlone() throws IOException {
    try (Pair other = sockets.pair()) {
      strike(Fault.RESET, 0);
      assertReset(client);
      send(other.server(), "7");
      assertThat(receive(other.client(), 1)).isEqualTo("7");
    }
  }

  @Test
  void endsBothSidesInOrder() throws IOException {
    strike(Fault.END, 0);
    assertThat(client.getInputStream().read()).isEqualTo(-1);
    assertThat(server.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void halfClosesTowardsTheClientAndTellsTheServerWhenThatHasGone() throws IOException {
    strike(Fault.HALF_CLOSE, 0);
    assertThat(client.getInputStream().read()).isEqualTo(-1);
    send(client, "5");
    assertThat(receive(server, 1)).isEqualTo("5");
    client.close();
    assertThat(server.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void halfClosesTowardsTheServerWhichMayGoOn() throws IOException {
    strike(Fault.HALF_CLOSE_UP, 0);
    assertThat(server.getInputStream().read()).isEqualTo(-1);
    send(server, "5");
    assertThat(receive(client, 1)).isEqualTo("5");
    assertThat(proxy.cuts()).isZero();
  }

  @Test
  void tearsAfterSoManyMoreBytesHaveComeDown() throws IOException {
    send(server, "0123456789");
    assertThat(receive(client, 10)).isEqualTo("0123456789");
    strike(Fault.TORN, 3);
    assertThat(proxy.cuts()).isZero();
    send(server, "0123456789");
    Await.until("the cut", LIMIT, () -> proxy.cuts() == 1);
    assertThat(bytesBeforeReset(client)).isLessThanOrEqualTo(3); // a reset may overtake them
  }

  @Test
  void tearsOnlyOnceAllThoseBytesHaveComeDown() throws IOException {
    strike(Fault.TORN, 4);
    send(server, "123");
    assertThat(receive(client, 3)).isEqualTo("123");
    assertThat(proxy.cuts()).isZero();
    send(server, "4");
    Await.until("the cut", LIMIT, () -> proxy.cuts() == 1);
    assertReset(server);
  }

  @Test
  void tearsARequestAfterSoManyMoreBytesHaveGoneUp() throws IOException {
    strike(Fault.TORN_REQUEST, 3);
    send(client, "0123456789");
    Await.until("the cut", LIMIT, () -> proxy.cuts() == 1);
    assertThat(bytesBeforeReset(server)).isLessThanOrEqualTo(3);
  }

  @Test
  void holdsBytesBackAndThenGoesOn() throws IOException {
    for (Fault fault : new Fault[] {Fault.STALL, Fault.DELAY, Fault.TRICKLE}) {
      strike(fault, 200);
      byte[] bytes = new byte[1_000];
      bytes[999] = 9;
      server.getOutputStream().write(bytes);
      assertThat(client.getInputStream().readNBytes(1_000)).as("%s", fault).isEqualTo(bytes);
      assertThat(proxy.counts()).containsEntry(fault, 1L);
    }
  }

  @Test
  void delaysBytesOnTheirWayDown() throws IOException {
    strike(Fault.DELAY, (int) LIMIT.toMillis());
    long sent = System.nanoTime();
    send(server, "a");
    assertThat(receive(client, 1)).isEqualTo("a");
    assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThanOrEqualTo(Link.DELAY);
  }

  @Test
  void passesNothingWhileStalled() throws IOException {
    strike(Fault.STALL, (int) LIMIT.toMillis());
    send(server, "1");
    client.setSoTimeout(100);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
  }

  private void strike(Fault fault, int amount) {
    Strike strike = new Strike(fault, amount);
    // The proxy may not have seen yet that it is connected to the server.
    Await.until("a connection", LIMIT, () -> proxy.strike(client.getLocalPort(), strike));
  }

  private static int bytesBeforeReset(Socket socket) {
    int count = 0;
    try {
      InputStream in = socket.getInputStream();
      while (in.read() >= 0) {
        count++;
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      return count;
    }
    throw new AssertionError("ended in order");
  }
}
