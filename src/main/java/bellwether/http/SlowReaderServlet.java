package bellwether.http;

import bellwether.demo.SlowReader;
import bellwether.eventlog.Topic;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code /demo/slow-reader}: POST has the server read a stream of the {@code topic}s from itself,
 * at so many {@code bytes} a second; DELETE ends that, GET says how it goes.
 */
final class SlowReaderServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final int LEAST_BYTES = 100;
  private static final int MOST_BYTES = 1_000_000;
  private static final int MOST_BODY = 4096;
  private static final Duration LENGTH = Duration.ofMinutes(3);
  private static final String NONE = "{\"running\":false}";

  private final transient LongSupplier nanoTime;
  private transient @Nullable SlowReader reader; // guarded by this

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  SlowReaderServlet(LongSupplier nanoTime) {
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
    int bytes = LoadServlet.number(form, "bytes", LEAST_BYTES, MOST_BYTES);
    String topics =
        form.all("topic").stream()
            .map(name -> Input.valid(() -> new Topic(name)).name())
            .map(name -> "topic=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    if (topics.isEmpty()) {
      throw new HttpProblem(400, "topic is missing");
    }
    if (request.isSecure()) {
      throw new HttpProblem(409, "the slow reader is for plain HTTP only");
    }
    start(URI.create(LoadServlet.eventsOf(request) + "?" + topics), bytes);
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

  private synchronized void start(URI stream, int bytes) {
    if (reader != null && reader.isRunning()) {
      throw new HttpProblem(409, "there is a slow reader already; DELETE ends it");
    }
    reader = SlowReader.start(stream, bytes, LENGTH, nanoTime);
  }

  private synchronized void stop() {
    if (reader != null) {
      reader.close();
    }
  }

  private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    SlowReader current;
    synchronized (this) {
      current = reader;
    }
    Answer.json(request, response, 200, current == null ? NONE : current.toJson());
  }
}
