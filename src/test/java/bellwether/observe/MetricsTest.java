package bellwether.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What an operator reads. */
class MetricsTest {
  private static final long MICROSECOND = 1_000;
  private static final long SECOND = 1_000_000_000;

  private final Metrics metrics = new Metrics();

  @Test
  void putsEachLatencyIntoItsBucket() {
    long now = 100 * SECOND;
    long[] since = {
      now + 5, // a clock that two threads read may seem to run backwards by a little
      now - (1 << 16),
      now - (1 << 16) - 1,
      now - 200 * MICROSECOND,
      now - 200 * MICROSECOND,
      now - 60 * SECOND,
      0 // beyond the count
    };

    metrics.flushed(since, 6, now);

    assertThat(metrics.text())
        .contains("bellwether_delivery_latency_seconds_bucket{le=\"6.5536E-5\"} 2\n")
        .contains("bellwether_delivery_latency_seconds_bucket{le=\"1.31072E-4\"} 3\n")
        .contains("bellwether_delivery_latency_seconds_bucket{le=\"2.62144E-4\"} 5\n")
        .contains("bellwether_delivery_latency_seconds_bucket{le=\"17.179869184\"} 5\n")
        .contains("bellwether_delivery_latency_seconds_bucket{le=\"+Inf\"} 6\n")
        .contains("bellwether_delivery_latency_seconds_count 6\n")
        .containsPattern("bellwether_delivery_latency_seconds_sum 60\\.00053");
  }

  @Test
  void asksForAGaugeWhenItIsRead() {
    long[] value = {1};
    metrics.gauge("bellwether_test", "A test.", () -> value[0]);
    value[0] = 2;

    assertThat(metrics.text()).contains("bellwether_test 2.0\n");
  }

  @Test
  void countsDeliveries() {
    metrics.delivered(2);
    metrics.delivered(0);
    metrics.delivered(3);

    assertThat(metrics.text()).contains("bellwether_events_delivered_total 5.0\n");
  }
}
