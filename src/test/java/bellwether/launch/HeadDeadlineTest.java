package bellwether.launch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.SelfSigned;
import bellwether.harness.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at real connections, at times that the test says. */
class HeadDeadlineTest {
  private static final Duration TIME = Duration.ofSeconds(30);
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String HEAD = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final byte[] SETTINGS = frame("000000 04 00 00000000");
  private static final byte[] PING = frame("000008 06 00 00000000 0000000000000000");
  // GET / by the static table, with an end of the headers and of the stream.
  private static final byte[] REQUEST = frame("000006 01 05 00000001 828684410161");

  @TempDir static Path directory;

  private final Server server = new Server();
  private final LinkedBlockingQueue<Callback> held = new LinkedBlockingQueue<>();
  private final List<Socket> sockets = new ArrayList<>();
  private long now;
  private final HeadDeadline deadline =
      new HeadDeadline(server, TIME, new ScheduledExecutorScheduler(), () -> now);

  private final SelfSigned own = SelfSigned.create("EC", directory);

  @BeforeEach
  void start() throws Exception {
    own.writeCertificate(directory.resolve("crt"));
    own.writeKey(directory.resolve("key"));
    Connectors.addTo(
        server,
        List.of(
            "--host=127.0.0.1",
            "--port=0",
            "--http2",
            "--tls-port=0",
            "--tls-certificate=" + directory.resolve("crt"),
            "--tls-key=" + directory.resolve("key"),
            "--head-time=3600"),
        Map.of());
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            return held.add(callback);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.stop();
  }

  @Test
  void aHeadThatDripsEndsItsConnection() {
    Socket dripping = connect(0);
    send(dripping, "GET / HTTP/1.1\r\nX: ");
    lookAfter(Duration.ZERO);
    for (int second = 10; second < 30; second += 10) {
      lookAfter(Duration.ofSeconds(10));
      send(dripping, "x");
      assertThat(isOpen()).isTrue();
    }
    lookAfter(Duration.ofSeconds(10));
    assertHasEnded(dripping);
  }

  @Test
  void aConnectionThatSaysNothingEnds() {
    Socket silent = connect(0);
    lookAfter(Duration.ZERO);
    lookAfter(TIME);
    assertHasEnded(silent);
  }

  @Test
  void aHandshakeThatDripsEndsItsConnection() {
    Socket dripping = connect(1);
    send(dripping, new byte[] {0x16, 3, 1, 2, 0, 1, 0});
    lookAfter(Duration.ZERO);
    send(dripping, new byte[] {1});
    lookAfter(TIME.minusSeconds(1));
    assertThat(isOpen()).isTrue();
    send(dripping, new byte[] {1});
    lookAfter(Duration.ofSeconds(1));
    assertHasEnded(dripping);
  }

  @Test
  void aHeadOverTlsHasItsWholeTimeAfterTheHandshake() throws IOException {
    Socket plain = connect(1);
    lookAfter(Duration.ZERO);
    Socket secure = handshake(plain);
    lookAfter(TIME.minusSeconds(1));
    lookAfter(TIME.minusSeconds(1));
    assertThat(isOpen()).isTrue();
    send(secure, "GET");
    lookAfter(Duration.ofSeconds(1));
    assertHasEnded(secure);
  }

  @Test
  void aRequestBeingAnsweredMayTakeAnyTime() throws Exception {
    Socket reading = connect(0);
    send(reading, HEAD);
    Callback answer = held.take();
    for (int i = 0; i < 100; i++) {
      lookAfter(TIME);
    }
    answer.succeeded();
    assertIsAnswered(reading);
  }

  @Test
  void timeForALaterHeadBeginsWithItsFirstByte() throws Exception {
    Socket kept = connect(0);
    exchange(kept);
    lookAfter(TIME.multipliedBy(2));
    lookAfter(TIME.multipliedBy(2));
    send(kept, "\r\n"); // as old clients end a body: a stranger could send it for ever
    awaitReceived(HEAD.length() + 2);
    lookAfter(Duration.ZERO);
    lookAfter(TIME.minusSeconds(1));
    exchange(kept);
    lookAfter(TIME);
    send(kept, "G");
    awaitReceived(2 * HEAD.length() + 3);
    lookAfter(Duration.ZERO);
    lookAfter(TIME);
    assertHasEnded(kept);
  }

  @Test
  void anHttp2ConnectionWithoutAStreamEndsWhateverElseComes() {
    Socket pinging = connect(0);
    send(pinging, PREFACE);
    send(pinging, SETTINGS);
    Await.until("its protocol", LIMIT, () -> received() instanceof HTTP2Connection);
    lookAfter(Duration.ZERO);
    send(pinging, PING);
    lookAfter(TIME.minusSeconds(1));
    assertThat(isOpen()).isTrue();
    send(pinging, PING);
    lookAfter(Duration.ofSeconds(1)); // says so
    lookAfter(Duration.ofSeconds(3));
    assertHasEnded(pinging);
  }

  @Test
  void anHttp2ConnectionWithAStreamGoesOn() throws Exception {
    Socket streaming = connect(0);
    send(streaming, PREFACE);
    send(streaming, SETTINGS);
    send(streaming, REQUEST);
    Callback answer = held.take();
    for (int i = 0; i < 100; i++) {
      lookAfter(TIME);
    }
    assertThat(isOpen()).isTrue();
    answer.succeeded();
    Await.until("an end of the stream", LIMIT, () -> received().getMessagesOut() == 1);
    lookAfter(TIME.multipliedBy(2));
    lookAfter(TIME.multipliedBy(2));
    assertThat(isOpen()).as("idle, and no byte comes").isTrue();
    long before = received().getBytesIn();
    send(streaming, PING);
    awaitReceived(before + PING.length);
    lookAfter(Duration.ZERO);
    lookAfter(TIME);
    lookAfter(Duration.ofSeconds(3));
    assertHasEnded(streaming);
  }

  private Socket connect(int connector) {
    int before = endPoints().size();
    try {
      int port = ((ServerConnector) server.getConnectors()[connector]).getLocalPort();
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout((int) LIMIT.toMillis());
      socket.setTcpNoDelay(true);
      sockets.add(socket);
      Await.until("a connection", LIMIT, () -> endPoints().size() == before + 1);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Socket handshake(Socket plain) throws IOException {
    SSLSocket secure =
        (SSLSocket)
            own.trust().getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
    secure.startHandshake();
    Await.until(
        "a protocol", LIMIT, () -> received().getClass().getSimpleName().equals("HttpConnection"));
    return secure;
  }

  private void exchange(Socket socket) throws Exception {
    send(socket, HEAD);
    held.take().succeeded();
    assertIsAnswered(socket);
    Await.until("its end", LIMIT, () -> received().getMessagesOut() == received().getMessagesIn());
    Await.until("the next head", LIMIT, () -> !isAnswering(received()));
  }

  /** Jetty counts an answer before it lets its request go. */
  private static boolean isAnswering(Connection connection) {
    return connection instanceof HttpConnection http1
        && http1.getHttpChannel().getRequest() != null;
  }

  private static void assertIsAnswered(Socket socket) throws IOException {
    byte[] answer = new byte[15];
    assertThat(socket.getInputStream().readNBytes(answer, 0, 15)).isEqualTo(15);
    assertThat(new String(answer, ISO_8859_1)).isEqualTo("HTTP/1.1 200 OK");
    String end = "";
    while (!end.endsWith("\r\n\r\n")) {
      end += (char) socket.getInputStream().read();
    }
  }

  private static void assertHasEnded(Socket socket) {
    try (InputStream in = socket.getInputStream()) {
      while (in.read() >= 0) {} // what was sent before it
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    } catch (IOException e) {
      throw new AssertionError("It is still open", e);
    }
  }

  private boolean isOpen() {
    return endPoints().stream().allMatch(EndPoint::isOpen) && !endPoints().isEmpty();
  }

  private Connection received() {
    var connection = endPoints().get(0).getConnection();
    return connection instanceof SslConnection tls
        ? tls.getSslEndPoint().getConnection()
        : connection;
  }

  private void awaitReceived(long bytes) {
    Await.until(bytes + " bytes", LIMIT, () -> received().getBytesIn() >= bytes);
  }

  private List<EndPoint> endPoints() {
    return Arrays.stream(server.getConnectors())
        .flatMap(connector -> Stream.of(connector.getConnectedEndPoints().toArray(EndPoint[]::new)))
        .toList();
  }

  private void lookAfter(Duration time) {
    now += time.toNanos();
    deadline.look();
  }

  private static void send(Socket socket, String text) {
    send(socket, text.getBytes(ISO_8859_1));
  }

  private static void send(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] frame(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }
}
