package bellwether.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.access.ClientLimits;
import bellwether.auth.Grant;
import bellwether.config.Settings;
import bellwether.eventlog.Publication;
import bellwether.exchange.FailedRequests;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.fixtures.TestExchanges;
import bellwether.hub.Hub;
import bellwether.observe.HealthCheck;
import bellwether.observe.Metrics;
import bellwether.operate.AdminServlet;
import bellwether.operate.DrainRequests;
import bellwether.operate.HealthServlet;
import bellwether.operate.OtherNodes;
import bellwether.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Streams, readiness and a drain of them, whose waiting lets the scheduler's time pass. */
public final class DrainedServer {
  static final Settings.Drain USUAL = new Settings.Drain(Duration.ZERO, Duration.ofSeconds(10));

  private static final Duration MOMENT = Duration.ofMillis(5);

  public final ManualScheduler time = new ManualScheduler();
  final Metrics metrics = new Metrics();
  final ConnectionRegistry registry = new ConnectionRegistry(1000, metrics);
  final StreamContext context =
      new StreamContext(
          registry, new FailedRequests(), metrics, time, time::nanoTime, () -> USUAL.window());
  final Hub hub = Hubs.over(MemoryLogs.of(100), time);
  final Retry retry = new Retry(Duration.ofSeconds(3), new Random(1));
  public final Drain drain = new Drain(registry, retry, USUAL, time::nanoTime, this::pause);
  public final AdminServlet admin =
      new AdminServlet(
          request -> request.getHeader("Authorization") == null ? Grant.NONE : Grant.ALL,
          new DrainRequests(drain),
          OtherNodes.NONE,
          TestExchanges.of(4096));

  private final EventsServlet events =
      new EventsServlet(
          new Publishing(
              hub,
              topic -> false,
              topic -> false,
              ClientLimits.none(),
              100,
              TestExchanges.of(1000)),
          Openers.of(hub, context, retry, drain::retryOfRefused, time),
          Openers.polls(hub, context, drain::retryOfRefused, time),
          request -> Grant.NONE,
          request -> Grant.NONE,
          TestExchanges.of(1000),
          InstantSource.system());
  private final HealthServlet health =
      new HealthServlet(new HealthCheck(Map.of("stocks", () -> true)), drain::isDraining);

  private boolean pause() {
    time.advance(MOMENT);
    return true;
  }

  /** What is to happen while the drain waits. */
  public void after(Duration delay, Runnable event) {
    var unused = time.schedule(event, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  Exchange readiness() {
    return new Exchange("GET", "/health", "/ready").through(health);
  }

  public OneStream open() {
    FakeResponse body = new FakeResponse(new Random(1), 0);
    Exchange exchange = new Exchange("GET", "/events", null).async(body).through(events);
    try {
      body.callListener();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new OneStream(exchange, body);
  }

  void publish(String data) {
    hub.publish(Publication.of(new Topic("topic"), data));
    time.runDue();
  }

  /** A stream that was asked for, and what its client has got. */
  public record OneStream(Exchange exchange, FakeResponse body) {
    public boolean isOpen() {
      return exchange.isOpen();
    }

    String text() {
      return exchange.text() + new String(body.written(), UTF_8);
    }

    /** The times to come back that it has been told, in order. */
    public List<Long> retries() {
      return text()
          .lines()
          .filter(line -> line.startsWith("retry: "))
          .map(line -> Long.valueOf(line.substring("retry: ".length())))
          .toList();
    }
  }
}
