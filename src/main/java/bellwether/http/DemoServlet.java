package bellwether.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * {@code /demo/status}: tells the pages what they may offer. It answers outside demo mode, too: a
 * 404 for every page that asks would stand in every visitor's console as an error.
 */
final class DemoServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final boolean isDemo;

  DemoServlet(boolean isDemo) {
    this.isDemo = isDemo;
  }

  @Override
  String allowed(HttpServletRequest request) {
    return "GET, HEAD, OPTIONS";
  }

  @Override
  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (!"/status".equals(request.getPathInfo())) {
      throw HttpProblem.nothingHere();
    }
    boolean mayTry = isDemo && DemoGate.isFromThisMachine(request);
    Answer.json(request, response, 200, "{\"demo\":" + mayTry + "}");
  }
}
