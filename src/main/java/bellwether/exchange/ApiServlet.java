package bellwether.exchange;

import bellwether.wire.UriText;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/**
 * Base class of the API's servlets: answers are JSON, and errors are problem JSON (RFC 9457). A
 * subclass overrides the HTTP methods that its resources support; all others are answered with 405.
 */
public abstract class ApiServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  /** The attribute of a request that has the servlet which handles it. */
  private static final String SERVLET = "bellwether.servlet";

  /** The HTTP method QUERY: a GET with a body (RFC 10008). */
  public static final String QUERY = "QUERY";

  /**
   * Returns the methods that this request's resource supports, as the {@code Allow} header lists
   * them.
   */
  protected abstract String allowed(HttpServletRequest request);

  /** Answers GET, and HEAD, for which the body is left out. */
  protected void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    throw notAllowed(request);
  }

  protected void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    throw notAllowed(request);
  }

  /** Answers {@link #QUERY}. */
  protected void query(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    throw notAllowed(request);
  }

  protected void put(HttpServletRequest request, HttpServletResponse response) throws IOException {
    throw notAllowed(request);
  }

  protected void delete(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    throw notAllowed(request);
  }

  @Override
  protected final void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      handle(request, response);
    } catch (RuntimeException | Error e) { // no memory is the most likely of the errors
      if (!isAnswered(e, request, response)) {
        throw e; // the container cuts the answer off
      }
    }
  }

  /**
   * Answers a request whose handling ended like this.
   *
   * @return false if an answer had begun
   */
  private boolean isAnswered(
      Throwable failure, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    HttpProblem problem = Failures.problemOf(failure, nameOf(request));
    if (problem == failure) {
      problem.write(request, response);
    } else if (response.isCommitted()) {
      return false;
    } else {
      failed(problem, request, response);
    }
    return true;
  }

  /** Answers a request whose handling failed after its servlet had returned, in the same way. */
  static void answerLate(
      Throwable failure, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (request.getAttribute(SERVLET) instanceof ApiServlet servlet) {
      var unused = servlet.isAnswered(failure, request, response);
    }
  }

  /** Answers a request that failed through no fault of its client. */
  protected void failed(
      HttpProblem problem, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    problem.write(request, response);
  }

  /** Returns a name of the request that the server's log may contain. */
  static String nameOf(HttpServletRequest request) {
    return request.getMethod() + ' ' + request.getHttpServletMapping().getPattern();
  }

  private void handle(HttpServletRequest request, HttpServletResponse response) throws IOException {
    requireOrdinaryPath(request);
    request.setAttribute(SERVLET, this);
    switch (request.getMethod()) {
      case "GET", "HEAD" -> get(request, response);
      case "POST" -> post(request, response);
      case QUERY -> query(request, response);
      case "PUT" -> put(request, response);
      case "DELETE" -> delete(request, response);
      case "OPTIONS" -> {
        response.setHeader("Allow", allowed(request));
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
      }
      default -> throw notAllowed(request);
    }
  }

  /**
   * Refuses paths that are not UTF-8 (where containers put U+FFFD), and paths that end in a slash:
   * relative links in the answer would resolve to the wrong URLs.
   */
  private static void requireOrdinaryPath(HttpServletRequest request) {
    String path = request.getRequestURI();
    var unused = Input.valid(() -> UriText.decode(path));
    if (path.endsWith("/")) {
      throw new HttpProblem(404, "there is nothing here; no path has a slash at its end");
    }
  }

  private HttpProblem notAllowed(HttpServletRequest request) {
    String allowed = allowed(request);
    return new HttpProblem(405, "allowed here: " + allowed, Map.of("Allow", allowed));
  }
}
