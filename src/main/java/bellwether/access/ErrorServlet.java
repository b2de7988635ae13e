package bellwether.access;

import bellwether.exchange.HttpProblem;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Replaces the container's own error pages, for a missing file for instance, by problem JSON: the
 * container's pages show its version, and more, to strangers. A URL that is mapped to it is
 * answered with 404.
 */
public final class ErrorServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Origins trusted;
  private final transient Refusal refusal;

  /** A way to answer requests for streams after which browsers come back. */
  @FunctionalInterface
  public interface Refusal {
    /**
     * Answers the request, if it is for a stream.
     *
     * @param request the dispatch to the error page
     * @return whether the request that failed was for a stream, and is answered
     */
    boolean answers(HttpServletRequest request, HttpServletResponse response) throws IOException;
  }

  /**
   * @param trusted the trusted origins, as for {@link CorsFilter}, which does not run when the
   *     container refuses a request
   * @param refusal is asked first when the server has failed
   */
  public ErrorServlet(Origins trusted, Refusal refusal) {
    this.trusted = trusted;
    this.refusal = refusal;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!response.containsHeader("Access-Control-Allow-Origin")) {
      CorsFilter.allow(trusted, request, response);
    }
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    if (status instanceof Integer code) {
      if (code >= 500 && refusal.answers(request, response)) {
        return;
      }
      String detail = code == 404 ? "there is nothing here" : "the request could not be answered";
      new HttpProblem(code, detail).write(request, response);
    } else { // the request is for a URL that is mapped to this servlet
      HttpProblem.nothingHere().write(request, response);
    }
  }
}
