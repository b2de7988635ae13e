package bellwether.operate;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.access.Gate;
import bellwether.exchange.Answer;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.Exchanges;
import bellwether.exchange.Reply;
import bellwether.observe.Metrics;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/**
 * The servlet of {@code /metrics}, for Prometheus. It needs an operator's key or token, unless the
 * metrics are public.
 */
public final class MetricsServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Metrics metrics;
  private final transient Gate gate;
  private final transient Exchanges exchanges;
  private final boolean isPublic;

  /**
   * @param isPublic whether anyone may read the metrics
   */
  public MetricsServlet(Metrics metrics, Gate gate, Exchanges exchanges, boolean isPublic) {
    this.isPublic = isPublic;
    this.metrics = metrics;
    this.gate = gate;
    this.exchanges = exchanges;
  }

  @Override
  protected String allowed(HttpServletRequest request) {
    return "GET, HEAD, OPTIONS";
  }

  @Override
  protected void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (!isPublic) {
      gate.requireOperator(request);
    }
    exchanges.answer(
        request,
        response,
        new Reply(
            HttpServletResponse.SC_OK,
            Metrics.contentType(),
            Map.of("Cache-Control", Answer.DO_NOT_STORE),
            metrics.text().getBytes(UTF_8)));
  }
}
