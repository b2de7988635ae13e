package bellwether.demo;

import bellwether.exchange.Answer;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.Exchanges;
import bellwether.exchange.Form;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.exchange.Query;
import bellwether.exchange.RequestBody;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Runs a background task of the demo, one at a time: POST starts it with a form, DELETE ends it,
 * GET returns its figures.
 */
abstract class DemoRunServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final int MAX_BODY = 4096;

  private final transient Exchanges exchanges;
  private transient @Nullable DemoRun run; // guarded by this

  DemoRunServlet(Exchanges exchanges) {
    this.exchanges = exchanges.upTo(MAX_BODY).forReaders();
  }

  /**
   * Starts the task.
   *
   * @param events the URL of this server's streams
   * @throws HttpProblem if the form is not valid
   */
  abstract DemoRun begin(URI events, Form form);

  /** Returns the JSON to answer with before the first task. */
  abstract String none();

  @Override
  protected final String allowed(HttpServletRequest request) {
    return "GET, HEAD, POST, DELETE, OPTIONS";
  }

  @Override
  protected final void get(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    answer(request, response);
  }

  @Override
  protected final void post(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    RequestBody.requireForm(request);
    exchanges.withBody(
        request,
        response,
        body -> {
          Form form = body.form();
          if (request.isSecure()) {
            throw new HttpProblem(409, "this works over plain HTTP only");
          }
          start(eventsOf(request), form);
          answer(request, response);
        });
  }

  @Override
  protected final void delete(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    stop();
    answer(request, response);
  }

  @Override
  public void destroy() {
    stop();
  }

  /** Returns the value of a field that must be a whole number within these bounds. */
  static int number(Form form, String name, int least, int most) {
    String text = Input.valid(() -> form.has(name) ? String.valueOf(form.one(name)) : "");
    return Query.whole(name, text, least, most);
  }

  private synchronized void start(URI events, Form form) {
    if (run != null && run.isRunning()) {
      throw new HttpProblem(409, "one is running already; DELETE ends it");
    }
    run = begin(events, form);
  }

  private synchronized void stop() {
    if (run != null) {
      run.close();
    }
  }

  private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    DemoRun current;
    synchronized (this) {
      current = run;
    }
    Answer.json(request, response, 200, current == null ? none() : current.toJson());
  }

  /**
   * Returns the URL of this server's streams, at the address on which the request arrived, so that
   * no proxy is between.
   */
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
}
