package bellwether.operate;

import bellwether.exchange.Answer;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.HttpProblem;
import bellwether.observe.HealthCheck;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObjectBuilder;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The servlet of {@code /health/live} and {@code /health/ready}, for load balancers. The first
 * answers 200 as long as the process answers at all. The second answers 200 if the application can
 * do its work, and 503 if it cannot; open streams stay open in both cases. If something fails that
 * is the same for all servers, such as the database of a log that they share, it answers 200 and
 * {@code DEGRADED}: a load balancer that takes all servers out would end every stream. During a
 * drain it answers 503 before any stream ends.
 */
public final class HealthServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());

  private final transient HealthCheck health;
  private final transient BooleanSupplier isDraining;

  public HealthServlet(HealthCheck health, BooleanSupplier isDraining) {
    this.health = health;
    this.isDraining = isDraining;
  }

  @Override
  protected String allowed(HttpServletRequest request) {
    return "GET, HEAD, OPTIONS";
  }

  @Override
  protected void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String question = String.valueOf(request.getPathInfo());
    switch (question) {
      case "/live" -> Answer.json(request, response, 200, "{\"status\":\"UP\"}");
      case "/ready" -> ready(request, response);
      default -> throw new HttpProblem(404, "there is /health/live and /health/ready");
    }
  }

  private void ready(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Map<String, Boolean> parts = health.ask();
    boolean draining = isDraining.getAsBoolean();
    boolean isReady = !draining && health.own().stream().allMatch(parts::get);
    String status = !isReady ? "DOWN" : parts.containsValue(false) ? "DEGRADED" : "UP";
    JsonObjectBuilder checks = json.createObjectBuilder();
    parts.forEach((name, isWell) -> checks.add(name, word(isWell)));
    if (draining) {
      checks.add("streams", "DRAINING");
    }
    JsonObjectBuilder answer =
        json.createObjectBuilder().add("status", status).add("checks", checks);
    health.reason().get().ifPresent(reason -> answer.add("reason", reason));
    Answer.json(request, response, isReady ? 200 : 503, answer.build().toString());
  }

  private static String word(boolean isWell) {
    return isWell ? "UP" : "DOWN";
  }
}
