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

  /**
   * @param trusted the trusted origins, as for {@link CorsFilter}, which does not run when the
   *     container refuses a request
   */
  public ErrorServlet(Origins trusted) {
    this.trusted = trusted;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!response.containsHeader("Access-Control-Allow-Origin")) {
      CorsFilter.allow(trusted, request, response);
    }
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    if (status instanceof Integer code) {
      String detail = code == 404 ? "there is nothing here" : "the request could not be answered";
      new HttpProblem(code, detail).write(request, response);
    } else { // somebody requested a URL that is mapped to this servlet
      HttpProblem.nothingHere().write(request, response);
    }
  }
}
