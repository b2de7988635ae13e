package bellwether.http;

import bellwether.demo.LoadFigures;
import bellwether.demo.LoadRun;
import bellwether.hub.Hub;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /demo/load}: POST has the server open streams to itself and publish on them, DELETE ends
 * that, GET says how it goes.
 */
final class LoadServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final int MOST_STREAMS = 5000;
  private static final int MOST_RATE = 100;
  private static final int MOST_BODY = 4096;
  private static final Duration LENGTH = Duration.ofMinutes(1);

  private final transient Hub hub;
  private final transient ScheduledExecutorService timer;
  private final transient LongSupplier nanoTime;
  private transient @Nullable LoadRun run; // guarded by this

  /**
   * @param timer publishes, which may wait for the log
   * @param nanoTime as {@link System#nanoTime}
   */
  LoadServlet(Hub hub, ScheduledExecutorService timer, LongSupplier nanoTime) {
    this.hub = hub;
    this.timer = timer;
    this.nanoTime = nanoTime;
  }

  @Override
  String allowed(HttpServletRequest request) {
    return "GET, HEAD, POST, DELETE, OPTIONS";
  }

  @Override
  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    answer(request, response);
  }

  @Override
  void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    var unused = RequestBody.typeOf(request, List.of(RequestBody.FORM));
    Form form = Input.valid(() -> RequestBody.form(request, MOST_BODY));
    int streams = number(form, "streams", MOST_STREAMS);
    int rate = number(form, "rate", MOST_RATE);
    if (request.isSecure()) {
      throw new HttpProblem(409, "the load is for plain HTTP only");
    }
    start(eventsOf(request), streams, rate);
    answer(request, response);
  }

  @Override
  void delete(HttpServletRequest request, HttpServletResponse response) throws IOException {
    stop();
    answer(request, response);
  }

  @Override
  public void destroy() {
    stop();
  }

  private synchronized void start(URI events, int streams, int rate) {
    if (run != null && run.isRunning()) {
      throw new HttpProblem(409, "there is load already; DELETE ends it");
    }
    run = LoadRun.start(hub, events, streams, rate, LENGTH, timer, nanoTime);
  }

  private synchronized void stop() {
    if (run != null) {
      run.close();
    }
  }

  private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    LoadRun current;
    synchronized (this) {
      current = run;
    }
    LoadFigures figures = current == null ? LoadFigures.NONE : current.figures();
    Answer.json(request, response, 200, figures.toJson());
  }

  /** By the way that the request came: to this very server, past whatever is before others. */
  private static URI eventsOf(HttpServletRequest request) {
    try {
      return new URI(
          "http",
          null,
          request.getLocalAddr(),
          request.getLocalPort(),
          request.getContextPath() + "/events",
          null,
          null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int number(Form form, String name, int most) {
    String text = Input.valid(() -> form.has(name) ? String.valueOf(form.one(name)) : "");
    try {
      int number = Integer.parseInt(text);
      if (1 <= number && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // falls through to the same answer
    }
    throw new HttpProblem(400, name + " must be a whole number from 1 to " + most);
  }
}
