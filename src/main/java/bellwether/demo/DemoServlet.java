package bellwether.demo;

import bellwether.exchange.Answer;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.HttpProblem;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObjectBuilder;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/**
 * The servlet of {@code /demo/status}, which tells the pages whether they may offer the demo's
 * controls, and the URL of the second origin. It answers outside demo mode too: a 404 would appear
 * as an error in the console of every visitor.
 */
public final class DemoServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());

  private final boolean isDemo;
  private final int secondPort;

  /**
   * @param secondPort the port of the second origin
   */
  public DemoServlet(boolean isDemo, int secondPort) {
    this.isDemo = isDemo;
    this.secondPort = secondPort;
  }

  @Override
  protected String allowed(HttpServletRequest request) {
    return "GET, HEAD, OPTIONS";
  }

  @Override
  protected void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (!"/status".equals(request.getPathInfo())) {
      throw HttpProblem.nothingHere();
    }
    boolean mayTry = isDemo && DemoGate.isFromThisMachine(request);
    JsonObjectBuilder status = json.createObjectBuilder().add("demo", mayTry);
    if (mayTry) { // on the same host, so that it gets the same cookies
      status.add("secondOrigin", "http://" + hostOf(request) + ":" + secondPort);
    }
    Answer.json(request, response, 200, status.build().toString());
  }

  private static String hostOf(HttpServletRequest request) {
    return "localhost".equalsIgnoreCase(request.getServerName()) ? "localhost" : "127.0.0.1";
  }
}
