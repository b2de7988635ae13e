package bellwether.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.harness.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each fault does what it says, to the connection that was named and to no other. */
class RelayTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int LARGE = 5_000_000;

  private final ServerSocket listener = listen();
  private final Relay relay = new Relay(listener.getLocalPort());
  private Socket client = new Socket();
  private Socket server = new Socket();

  private static ServerSocket listen() {
    try {
      return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void connect() throws IOException {
    client = new Socket(InetAddress.getLoopbackAddress(), relay.port());
    server = listener.accept();
    client.setSoTimeout((int) LIMIT.toMillis());
    server.setSoTimeout((int) LIMIT.toMillis());
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
    listener.close();
    relay.close();
  }

  @Test
  void passesOnAllBytesBothWaysInOrderAndTheEnd() throws IOException {
    byte[] bytes = new byte[LARGE];
    for (int i = 0; i < LARGE; i++) {
      bytes[i] = (byte) ((i * 31) >> 3);
    }
    Thread writing = new Thread(() -> writeAndEnd(server, bytes));
    writing.start();
    client.getOutputStream().write(new byte[] {1, 2, 3});
    assertThat(server.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
    assertThat(client.getInputStream().readAllBytes()).isEqualTo(bytes);
    client.shutdownOutput();
    assertThat(server.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void resetsBothSidesAndCountsIt() throws IOException {
    strike(Fault.RESET, 0);
    assertReset(client);
    assertReset(server);
    assertThat(relay.cuts()).isEqualTo(1);
    assertThat(relay.strike(client.getLocalPort(), new Strike(Fault.RESET, 0))).isFalse();
    assertThat(relay.cuts()).isEqualTo(1);
  }

  @Test
  void leavesOthersAlone() throws IOException {
    try (Socket other = new Socket(InetAddress.getLoopbackAddress(), relay.port());
        Socket otherServer = listener.accept()) {
      strike(Fault.RESET, 0);
      assertReset(client);
      otherServer.getOutputStream().write(7);
      assertThat(other.getInputStream().read()).isEqualTo(7);
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
    client.getOutputStream().write(5);
    assertThat(server.getInputStream().read()).isEqualTo(5);
    client.close();
    assertThat(server.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void halfClosesTowardsTheServerWhichMayGoOn() throws IOException {
    strike(Fault.HALF_CLOSE_UP, 0);
    assertThat(server.getInputStream().read()).isEqualTo(-1);
    server.getOutputStream().write(5);
    assertThat(client.getInputStream().read()).isEqualTo(5);
    assertThat(relay.cuts()).isZero();
  }

  @Test
  void tearsAfterSoManyMoreBytesHaveComeDown() throws IOException {
    server.getOutputStream().write(new byte[10]);
    assertThat(client.getInputStream().readNBytes(10)).hasSize(10);
    strike(Fault.TORN, 3);
    assertThat(relay.cuts()).isZero();
    server.getOutputStream().write(new byte[10]);
    Await.until("the cut", LIMIT, () -> relay.cuts() == 1);
    assertThat(bytesBeforeReset(client)).isLessThanOrEqualTo(3); // a reset may overtake them
  }

  @Test
  void tearsARequestAfterSoManyMoreBytesHaveGoneUp() throws IOException {
    strike(Fault.TORN_REQUEST, 3);
    client.getOutputStream().write(new byte[10]);
    Await.until("the cut", LIMIT, () -> relay.cuts() == 1);
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
      assertThat(relay.counts()).containsEntry(fault, 1L);
    }
  }

  @Test
  void passesNothingWhileStalled() throws IOException {
    strike(Fault.STALL, (int) LIMIT.toMillis());
    server.getOutputStream().write(1);
    client.setSoTimeout(100);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void resetsAClientWhoseServerIsNotThere() throws IOException {
    listener.close();
    try (Socket late = new Socket(InetAddress.getLoopbackAddress(), relay.port())) {
      late.setSoTimeout((int) LIMIT.toMillis());
      assertReset(late);
    }
    assertThat(relay.cuts()).isZero();
  }

  private void strike(Fault fault, int amount) {
    Strike strike = new Strike(fault, amount);
    // The relay may not have seen yet that it is connected to the server.
    Await.until("a connection", LIMIT, () -> relay.strike(client.getLocalPort(), strike));
  }

  private static void assertReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
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

  private static void writeAndEnd(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
