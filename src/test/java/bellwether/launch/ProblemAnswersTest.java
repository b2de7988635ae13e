package bellwether.launch;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What our own server answers where the application cannot. */
class ProblemAnswersTest {
  private static final String STREAM = "GET /app/events HTTP/1.1\r\nAccept: text/event-stream\r\n";
  private static final String PUBLISH = "POST /app/events HTTP/1.1\r\nContent-Length: 0\r\n";
  private static final String NOTHING = "";
  private static final int LIMIT = 15_000; // milliseconds

  @TempDir private Path directory;
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);
  private final WebAppContext context = new WebAppContext();
  private boolean isOutOfMemoryOutside;

  /** Stands where {@link DirectChannels} does. */
  private final class Outside extends Handler.Wrapper {
    Outside() {
      super(context);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      if (isOutOfMemoryOutside) {
        throw new OutOfMemoryError("a test");
      }
      return super.handle(request, response, callback);
    }
  }

  private static final class Hello extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
      response.setStatus(200);
    }
  }

  private static final class OutOfMemory extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
      throw new OutOfMemoryError("a test");
    }
  }

  private void start(HttpServlet events, HttpServlet error) throws Exception {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    context.setContextPath("/app");
    context.setBaseResourceAsPath(directory);
    context.setTempDirectory(directory.toFile());
    context.setTempDirectoryPersistent(true);
    context.addServlet(new ServletHolder("events", events), "/events");
    context.addServlet(new ServletHolder("error", error), "/error");
    server.setHandler(new Outside());
    ProblemAnswers.addTo(server, context);
    ((ErrorPageErrorHandler) context.getErrorHandler())
        .addErrorPage(ErrorPageErrorHandler.GLOBAL_ERROR_PAGE, "/error");
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  @Test
  void aStreamOfAnApplicationThatHasStoppedGetsNoAnswerSoItsClientComesBack() throws Exception {
    start(new Hello(), new Hello());
    assertThat(answer(STREAM)).startsWith("HTTP/1.1 200");
    context.stop();
    assertThat(answer(STREAM)).isEqualTo(NOTHING);
  }

  @Test
  void otherRequestsToAnApplicationThatHasStoppedAreToldToTryAgain() throws Exception {
    start(new Hello(), new Hello());
    context.stop();
    assertThat(answer(PUBLISH))
        .startsWith("HTTP/1.1 503")
        .contains("Retry-After: ", "\"status\":503", "try again");
    assertThat(answer("GET /elsewhere HTTP/1.1\r\nAccept: text/event-stream\r\n"))
        .startsWith("HTTP/1.1 404");
  }

  @Test
  void aStreamThatIsBeingOpenedWhenTheApplicationStopsGetsNoAnswer() throws Exception {
    assertThat(answerWhileStopping(STREAM)).isEqualTo(NOTHING);
  }

  @Test
  void anotherRequestThatIsUnderWayWhenTheApplicationStopsIsToldToTryAgain() throws Exception {
    assertThat(answerWhileStopping(PUBLISH)).startsWith("HTTP/1.1 503").contains("Retry-After: ");
  }

  /** The application stops between the request's filter and its servlet. */
  private String answerWhileStopping(String head) throws Exception {
    CountDownLatch isInside = new CountDownLatch(1);
    CountDownLatch hasStopped = new CountDownLatch(1);
    Filter between =
        (request, response, chain) -> {
          isInside.countDown();
          await(hasStopped);
          chain.doFilter(request, response);
        };
    context.addFilter(new FilterHolder(between), "/events", EnumSet.of(DispatcherType.REQUEST));
    start(new Hello(), new Hello());
    try (Socket client = send(head)) {
      isInside.await();
      context.stop();
      hasStopped.countDown();
      return answer(client);
    }
  }

  @Test
  void aStreamForWhichThereIsNoMemoryEvenForAnErrorPageGetsNoAnswer() throws Exception {
    start(new OutOfMemory(), new OutOfMemory());
    assertThat(answer(STREAM)).isEqualTo(NOTHING);
    assertThat(answer(PUBLISH)).startsWith("HTTP/1.1 500");
  }

  @Test
  void aStreamForWhichThereIsNoMemoryOutsideOfTheApplicationGetsNoAnswer() throws Exception {
    start(new Hello(), new Hello());
    isOutOfMemoryOutside = true;
    assertThat(answer(STREAM)).isEqualTo(NOTHING);
    assertThat(answer(PUBLISH)).startsWith("HTTP/1.1 500").contains("problem+json");
  }

  @Test
  void anErrorPageThatHasBeenMadeIsSent() throws Exception {
    start(new OutOfMemory(), new Hello());
    assertThat(answer(STREAM)).startsWith("HTTP/1.1 200");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String answer(String head) throws IOException {
    try (Socket client = send(head)) {
      return answer(client);
    }
  }

  private Socket send(String head) throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort());
    client.setSoTimeout(LIMIT);
    String request = head + "Host: localhost\r\nConnection: close\r\n\r\n";
    client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return client;
  }

  private static String answer(Socket client) throws IOException {
    try {
      return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketException e) { // it was reset
      return NOTHING;
    }
  }
}
