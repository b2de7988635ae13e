package bellwether.exchange;

import bellwether.eventlog.LogUnavailableException;
import bellwether.table.SourceUnavailableException;
import bellwether.wire.UriText;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Base class of the API's servlets: answers are JSON, and errors are problem JSON (RFC 9457). A
 * subclass overrides the HTTP methods that its resources support; all others are answered with 405.
 */
public abstract class ApiServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger logger = LoggerFactory.getLogger(ApiServlet.class);
  private static final String RETRY_AFTER_SECONDS = "5";

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
    } catch (HttpProblem problem) {
      problem.write(request, response);
    } catch (SourceUnavailableException e) {
      logger.debug("Answered 503", e); // the feeds log the outage
      failed(unavailable("the database is out of reach; try again"), request, response);
    } catch (LogUnavailableException e) {
      logger.debug("Answered 503", e); // the event log reports the failure
      failed(unavailable("the event log accepts no events now; try again"), request, response);
    } catch (RuntimeException | Error e) { // no memory is the most likely of the errors
      // Logs the servlet's URL pattern, not the URL: that may contain a token, or the key to a
      // stream.
      String resource = request.getHttpServletMapping().getPattern();
      logger.error("Could not answer {} {}", request.getMethod(), resource, e);
      if (response.isCommitted()) {
        throw e; // the container cuts the answer off
      }
      failed(HttpProblem.ours(), request, response);
    }
  }

  /** Answers a request that failed through no fault of its client. */
  protected void failed(
      HttpProblem problem, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    problem.write(request, response);
  }

  private static HttpProblem unavailable(String detail) {
    return new HttpProblem(503, detail, Map.of("Retry-After", RETRY_AFTER_SECONDS));
  }

  private void handle(HttpServletRequest request, HttpServletResponse response) throws IOException {
    requireOrdinaryPath(request);
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
