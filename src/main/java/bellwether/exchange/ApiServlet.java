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
 * A part of the API: answers in JSON, and whatever goes wrong in problem JSON. A subclass overrides
 * the methods that its resources have; each of the others is answered with 405.
 */
public abstract class ApiServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger logger = LoggerFactory.getLogger(ApiServlet.class);
  private static final String RETRY_AFTER_SECONDS = "5";

  /** The method that is GET with a body (RFC 10008). */
  public static final String QUERY = "QUERY";

  /** The methods that this request's resource has, for an {@code Allow} header. */
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
      logger.debug("Answered 503", e); // the feeds say it aloud
      unavailable("the database is out of reach; try again").write(request, response);
    } catch (LogUnavailableException e) {
      logger.debug("Answered 503", e); // the log says it aloud
      unavailable("the event log takes nothing now; try again").write(request, response);
    } catch (RuntimeException e) {
      // By its pattern: a URL may have a token in it, and a path the key to somebody's stream.
      String resource = request.getHttpServletMapping().getPattern();
      logger.error("Could not answer {} {}", request.getMethod(), resource, e);
      HttpProblem.ours().write(request, response);
    }
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
   * Lets only paths pass that are in UTF-8 (containers put U+FFFD where they are not), and that do
   * not end in a slash: of what is below such a path, its relative links would be wrong.
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
