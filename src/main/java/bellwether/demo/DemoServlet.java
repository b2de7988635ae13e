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
 * {@code /demo/status}: tells the pages what they may offer, and where in demo mode their second
 * origin is. It answers outside demo mode, too: a 404 for every page that asks would stand in every
 * visitor's console as an error.
 */
public final class DemoServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());

  private final boolean isDemo;
  private final int secondPort;

  /**
   * @param secondPort of the other origin
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
    if (mayTry) { // of the same host, for it gets the same cookies then
      status.add("secondOrigin", "http://" + hostOf(request) + ":" + secondPort);
    }
    Answer.json(request, response, 200, status.build().toString());
  }

  private static String hostOf(HttpServletRequest request) {
    return "localhost".equalsIgnoreCase(request.getServerName()) ? "localhost" : "127.0.0.1";
  }
}
