package bellwether.app;

import bellwether.config.Settings;
import bellwether.exchange.Exchanges;
import bellwether.exchange.FailedRequests;
import bellwether.observe.Metrics;

/** The limits on what all requests together hold: some are settings, others parts of the heap. */
final class RequestLimits {
  /**
   * The most unfinished bodies: far more than arrive at the same time. Each has the containers'
   * buffers besides its bytes.
   */
  private static final int MAX_UNFINISHED_BODIES = 1000;

  private RequestLimits() {}

  /** Creates what reads the bodies of requests and writes their answers, with its gauges. */
  static Exchanges exchanges(Settings.Bodies bodies, Threads threads, Metrics metrics) {
    long heap = Runtime.getRuntime().maxMemory();
    Exchanges exchanges =
        new Exchanges(
            new Exchanges.Limits(
                bodies.max(),
                bodies.time(),
                MAX_UNFINISHED_BODIES,
                Math.max(heap / 16, 2L * bodies.max()),
                heap / 8),
            new FailedRequests(),
            threads.turns,
            threads.answers,
            System::nanoTime);
    metrics.gauge(
        "bellwether_bodies_unfinished",
        "Requests whose body is still coming.",
        exchanges::unfinishedBodies);
    metrics.gauge(
        "bellwether_answers_bytes",
        "Bytes of answers that their clients have not taken yet.",
        exchanges::answerBytes);
    return exchanges;
  }
}
