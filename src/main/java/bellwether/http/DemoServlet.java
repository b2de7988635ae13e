package bellwether.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** {@code /demo/status}, which exists in demo mode only: tells the pages what they may offer. */
final class DemoServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  @Override
  String allowed(HttpServletRequest request) {
    return "GET, HEAD, OPTIONS";
  }

  @Override
  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    boolean isStatus = "/status".equals(request.getPathInfo());
    if (!isStatus || !DemoGate.isFromThisMachine(request)) {
      throw new HttpProblem(404, "there is nothing here");
    }
    Answer.json(request, response, 200, "{\"demo\":true}");
  }
}
