package bellwether.observe;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.hub.HubListener;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * The application's metrics, and their text for Prometheus. Any thread; cheap enough for hot paths.
 */
public final class Metrics implements HubListener {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Gauge open =
      Gauge.builder()
          .name("bellwether_streams_open")
          .help("Streams open now.")
          .withoutExemplars()
          .register(registry);
  private final Counter opened = counter("bellwether_streams_opened", "Streams ever opened.");
  private final Counter refused =
      counter("bellwether_streams_refused", "Streams refused because there were too many.");
  private final Counter closed =
      Counter.builder()
          .name("bellwether_streams_closed")
          .help("Streams closed, by reason.")
          .labelNames("reason")
          .withoutExemplars() // their thread would outlive an undeployed application
          .register(registry);
  private final Counter polls =
      Counter.builder()
          .name("bellwether_polls")
          .help("Polls taken up: plain ones, and long ones, which may be held.")
          .labelNames("kind")
          .withoutExemplars()
          .register(registry);
  private final Counter pollsRefused =
      counter("bellwether_polls_refused", "Polls refused because there was too much open.");
  private final Counter published =
      counter(
          "bellwether_events_published", "Events published to the hub, repeated ones included.");
  private final Counter delivered =
      counter("bellwether_events_delivered", "Events handed to streams, replayed ones included.");
  private final Counter conflated =
      counter("bellwether_events_conflated", "Deliveries spared because newer state followed.");
  private final Counter gaps = counter("bellwether_gaps", "Readers told that they missed events.");
  private final Counter writes = counter("bellwether_stream_writes", "Writes to streams.");
  private final Counter bytes = counter("bellwether_stream_bytes", "Bytes written to streams.");
  private final LatencyHistogram latency =
      new LatencyHistogram(
          "bellwether_delivery_latency_seconds",
          "From an event's publishing to its having been written to a stream that keeps up.");

  public Metrics() {
    registry.register(latency);
  }

  @Override
  public void published(int events) {
    published.inc(events);
  }

  @Override
  public void delivered(int entries) {
    if (entries > 0) {
      delivered.inc(entries);
    }
  }

  @Override
  public void conflated(int entries) {
    if (entries > 0) {
      conflated.inc(entries);
    }
  }

  @Override
  public void gap() {
    gaps.inc();
  }

  public void opened() {
    open.inc();
    opened.inc();
  }

  public void refused() {
    refused.inc();
  }

  public void closed(CloseReason reason) {
    open.dec();
    closed.labelValues(reason.name().toLowerCase(Locale.ROOT)).inc();
  }

  /**
   * Counts a poll.
   *
   * @param isLong whether its client is willing to wait for events
   */
  public void polled(boolean isLong) {
    polls.labelValues(isLong ? "long" : "plain").inc();
  }

  public void pollRefused() {
    pollsRefused.inc();
  }

  public void wrote(int length) {
    writes.inc();
    bytes.inc(length);
  }

  /**
   * Counts the times that events took from publishing to being written.
   *
   * @param since the time at which each was published; only the first {@code count} are used
   * @param now the present time; all times are those of {@link System#nanoTime}
   */
  public void flushed(long[] since, int count, long now) {
    latency.observe(since, count, now);
  }

  /** Adds a gauge, whose number is asked for at each scrape. */
  public void gauge(String name, String help, LongSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call((double) value.getAsLong()))
        .register(registry);
  }

  /** Returns all metrics in the text exposition format. */
  public String text() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.builder().build().write(text, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // writing to an array does not fail
    }
    return text.toString(UTF_8);
  }

  public static String contentType() {
    return PrometheusTextFormatWriter.CONTENT_TYPE;
  }

  private Counter counter(String name, String help) {
    return Counter.builder().name(name).help(help).withoutExemplars().register(registry);
  }
}
