package bellwether.operate;

import bellwether.access.Gate;
import bellwether.exchange.Answer;
import bellwether.exchange.ApiServlet;
import bellwether.observe.Metrics;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * The servlet of {@code /metrics}, for Prometheus. It needs an operator's key or token, unless the
 * metrics are public.
 */
public final class MetricsServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Metrics metrics;
  private final transient Gate gate;
  private final boolean isPublic;

  /**
   * @param isPublic whether anyone may read the metrics
   */
  public MetricsServlet(Metrics metrics, Gate gate, boolean isPublic) {
    this.isPublic = isPublic;
    this.metrics = metrics;
    this.gate = gate;
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
    Answer.write(request, response, 200, Metrics.contentType(), metrics.text());
  }
}
