package bellwether.demo;

import bellwether.exchange.Answer;
import bellwether.exchange.ApiServlet;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that the server does to itself for the demo, one at a time: POST begins it with a form,
 * DELETE ends it, GET says how it goes.
 */
abstract class DemoRunServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final int MAX_BODY = 4096;

  private transient @Nullable DemoRun run; // guarded by this

  /**
   * Begins.
   *
   * @param events the URL of this server's streams
   * @throws HttpProblem if the form makes no sense
   */
  abstract DemoRun begin(URI events, Form form);

  /** What is said before there was any. */
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
    var unused = RequestBody.typeOf(request, List.of(RequestBody.FORM));
    Form form = Input.valid(() -> RequestBody.form(request, MAX_BODY));
    if (request.isSecure()) {
      throw new HttpProblem(409, "this is for plain HTTP only");
    }
    start(eventsOf(request), form);
    answer(request, response);
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

  /** What a field says: a whole number within these bounds. */
  static int number(Form form, String name, int least, int most) {
    String text = Input.valid(() -> form.has(name) ? String.valueOf(form.one(name)) : "");
    return Query.whole(name, text, least, most);
  }

  private synchronized void start(URI events, Form form) {
    if (run != null && run.isRunning()) {
      throw new HttpProblem(409, "there is one already; DELETE ends it");
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
}
