package bellwether.launch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On one selector, whose thread must never wait. */
@Timeout(30)
final class PromptRequestsTest {
  private static final int SMALL = 4096; // bytes that a socket buffers, about

  private final ArrayByteBufferPool.Tracking buffers = new ArrayByteBufferPool.Tracking();
  private final Server server = new Server(new QueuedThreadPool(), null, buffers);
  private final ServerConnector connector =
      new ServerConnector(server, 1, 1, new HttpConnectionFactory());
  private final List<Socket> sockets = new ArrayList<>();
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>(); // of each echo
  private final CountDownLatch waiting = new CountDownLatch(3);
  private final CountDownLatch end = new CountDownLatch(1);

  @BeforeEach
  void start() throws Exception {
    ServletContextHandler application = new ServletContextHandler("/live");
    application.setAttribute("bellwether.prompt-paths", Set.of("/echo", "/unread", "/fails"));
    application.addServlet(new ServletHolder(servlet(this::echo)), "/echo");
    application.addServlet(new ServletHolder(servlet(this::echo)), "/other");
    application.addServlet(new ServletHolder(servlet(this::await)), "/waits");
    application.addServlet(new ServletHolder(servlet((q, a) -> a.setStatus(401))), "/unread");
    application.addServlet(new ServletHolder(servlet((q, a) -> fail())), "/fails");
    connector.setAcceptedSendBufferSize(SMALL);
    server.addConnector(connector);
    server.setHandler(new PromptRequests(application, application));
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    end.countDown();
    for (Socket socket : sockets) {
      socket.close();
    }
    server.stop();
    assertThat(buffers.getLeaks()).isEmpty();
  }

  @Test
  void runsAShortPostOnTheThreadThatReadIt() throws IOException {
    for (int i = 0; i < 40; i++) {
      assertThat(answer(send(connect(), post("/echo", "x" + i)))).isEqualTo("200 x" + i);
    }
    assertThat(Set.copyOf(threads)).hasSize(1);
  }

  @Test
  void givesWhatMayWaitToOtherThreads() throws Exception {
    for (int i = 0; i < 2; i++) {
      send(connect(), "GET /live/waits HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    Socket posted = send(connect(), post("/waits", "x"));
    waiting.await();
    assertThat(answer(send(connect(), post("/echo", "meanwhile")))).isEqualTo("200 meanwhile");
    end.countDown();
    assertThat(answer(posted)).isEqualTo("200 waited");
  }

  @Test
  void waitsForTheRestOfABodyOnAnotherThread() throws IOException {
    Socket slow = connect();
    String request = post("/echo", "slowly");
    send(slow, request.substring(0, request.length() - 3));
    for (int i = 0; i < 5; i++) {
      assertThat(answer(send(connect(), post("/echo", "meanwhile")))).isEqualTo("200 meanwhile");
    }
    send(slow, request.substring(request.length() - 3));
    assertThat(answer(slow)).isEqualTo("200 slowly");
  }

  @Test
  void waitsForABodyThatHasNotBegunOnAnotherThread() throws IOException {
    Socket slow = connect();
    String request = post("/echo", "later");
    send(slow, request.substring(0, request.length() - 5));
    assertThat(answer(send(connect(), post("/echo", "meanwhile")))).isEqualTo("200 meanwhile");
    send(slow, "later");
    assertThat(answer(slow)).isEqualTo("200 later");
  }

  @Test
  void doesNotWaitForAClientThatTakesNoAnswers() throws IOException {
    String large = "x".repeat(8000);
    Socket deaf = connect();
    send(deaf, post("/echo?times=1000", large)); // 8 MB, far more than the sockets take
    assertThat(answer(send(connect(), post("/echo", "meanwhile")))).isEqualTo("200 meanwhile");
    assertThat(answer(deaf)).isEqualTo("200 " + large.repeat(1000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/echo", "/other"})
  void keepsTheOrderOfAConnection(String path) throws IOException {
    List<String> sent = IntStream.range(0, 3000).mapToObj(Integer::toString).toList();
    StringBuilder pipelined = new StringBuilder();
    sent.forEach(body -> pipelined.append(post(path, body)));
    Socket socket = connect();
    Thread sender = new Thread(() -> sendUnchecked(socket, pipelined.toString()));
    sender.start();
    for (String body : sent) {
      assertThat(answer(socket)).isEqualTo("200 " + body);
    }
  }

  @Test
  void runsNoMoreThanAFewOfOneConnectionInARow() throws IOException {
    Socket socket = send(connect(), post("/echo", "x").repeat(60));
    for (int i = 0; i < 60; i++) {
      assertThat(answer(socket)).isEqualTo("200 x");
    }
    assertThat(Set.copyOf(List.copyOf(threads).subList(0, 17))).hasSizeGreaterThan(1);
  }

  @Test
  void answersWhatTheApplicationDoesNotReadOrFailsAt() throws IOException {
    Socket socket = connect();
    assertThat(answer(send(socket, post("/unread", "x")))).isEqualTo("401 ");
    assertThat(answer(send(socket, post("/fails", "x")))).startsWith("500 ");
    assertThat(answer(send(socket, post("/echo", "x")))).isEqualTo("200 x");
  }

  private void echo(HttpServletRequest request, HttpServletResponse response) throws IOException {
    threads.add(Thread.currentThread());
    byte[] body = request.getInputStream().readAllBytes();
    String times = request.getParameter("times");
    int count = times == null ? 1 : Integer.parseInt(times);
    response.setContentLength(count * body.length);
    for (int i = 0; i < count; i++) {
      response.getOutputStream().write(body);
    }
  }

  private void await(HttpServletRequest request, HttpServletResponse response) throws IOException {
    waiting.countDown();
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    response.setContentLength(6);
    response.getOutputStream().write("waited".getBytes(US_ASCII));
  }

  private static void fail() {
    throw new IllegalStateException("on purpose");
  }

  private interface Body {
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException;
  }

  private static HttpServlet servlet(Body body) {
    return new HttpServlet() {
      private static final long serialVersionUID = 1L;

      @Override
      protected void service(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        body.answer(request, response);
      }
    };
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.setReceiveBufferSize(SMALL);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
    socket.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()));
    return socket;
  }

  private static void sendUnchecked(Socket socket, String text) {
    try {
      send(socket, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Socket send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
    return socket;
  }

  private static String post(String path, String body) {
    return "POST /live%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(path, body.length(), body);
  }

  /** Returns the next answer's status and body. */
  private static String answer(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    String length = "\r\ncontent-length: ";
    int at = head.toString().toLowerCase(Locale.ROOT).indexOf(length) + length.length();
    byte[] body = new byte[Integer.parseInt(head.substring(at, head.indexOf("\r\n", at)))];
    in.readFully(body);
    return head.substring(9, 12) + ' ' + new String(body, US_ASCII);
  }
}
