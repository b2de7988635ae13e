package bellwether.demo;

import bellwether.exchange.ApiServlet;
import bellwether.exchange.Exchanges;
import bellwether.exchange.Reply;
import bellwether.observe.Metrics;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The servlet of {@code /demo/metrics}: the metrics of this server and, after them, of those that
 * share its log. A page whose requests a balancer spreads would else see another server's each
 * time. It is for the pages only, since Prometheus wants each server's own.
 */
public final class AllMetricsServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());
  private static final String METRICS = "demo-metrics";

  private final transient Metrics metrics;
  private final transient OtherDemos others;
  private final transient Exchanges exchanges;

  public AllMetricsServlet(Metrics metrics, OtherDemos others, Exchanges exchanges) {
    this.metrics = metrics;
    this.others = others;
    this.exchanges = exchanges;
  }

  /** Also answers other servers from now on. */
  public void answerOthers() {
    others.answer(METRICS, asked -> json.createObjectBuilder().add("text", metrics.text()).build());
  }

  @Override
  protected String allowed(HttpServletRequest request) {
    return "GET, HEAD, OPTIONS";
  }

  @Override
  protected void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    exchanges.answerWith(
        others.ask(METRICS, JsonObject.EMPTY_JSON_OBJECT), this::reply, request, response);
  }

  private Reply reply(List<JsonObject> answers) {
    StringBuilder all = new StringBuilder(metrics.text());
    answers.forEach(answer -> all.append(answer.getString("text")));
    return Reply.text(all.toString());
  }
}
