package bellwether.access;

import bellwether.exchange.HttpProblem;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * What the container answers by itself, a file that is not there for instance, said in our words:
 * its own pages tell strangers its version, and more.
 */
public final class ErrorServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Origins trusted;

  /**
   * @param trusted as for {@link CorsFilter}, which is not asked when the container refuses
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
    } else { // asked for by its URL
      HttpProblem.nothingHere().write(request, response);
    }
  }
}
