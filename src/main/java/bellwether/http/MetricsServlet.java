package bellwether.http;

import bellwether.observe.Metrics;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** {@code /metrics}, for Prometheus, which shows the publisher's key as its bearer token. */
final class MetricsServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Metrics metrics;
  private final transient Gate gate;

  MetricsServlet(Metrics metrics, Gate gate) {
    this.metrics = metrics;
    this.gate = gate;
  }

  @Override
  String allowed(HttpServletRequest request) {
    return "GET, HEAD, OPTIONS";
  }

  @Override
  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    gate.requirePublisher(request);
    Answer.write(request, response, 200, Metrics.contentType(), metrics.text());
  }
}
