package bellwether.http;

import bellwether.hub.Hub;
import bellwether.observe.CloseReason;
import bellwether.observe.Metrics;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All the open streams and what they need to live, from the start of the application to its end.
 */
public final class Streams implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(Streams.class);
  private static final Duration FAREWELL = Duration.ofSeconds(2); // for saying good-bye to all

  private final ConnectionRegistry registry;
  private final FailedRequests failed;
  private final Caretaker caretaker;
  private final StreamOpener opener;
  private final Retry retry;
  private final LongSupplier nanoTime;

  /**
   * @param executor runs the caretaker and long write turns
   * @param nanoTime as {@link System#nanoTime}
   */
  public Streams(
      Hub hub,
      Metrics metrics,
      StreamLimits limits,
      ScheduledExecutorService executor,
      LongSupplier nanoTime,
      RandomGenerator random) {
    this.registry = new ConnectionRegistry(limits.max(), metrics);
    this.failed = new FailedRequests();
    metrics.gauge(
        "bellwether_stream_lag_max",
        "How many events the slowest stream that once kept up is behind.",
        registry::greatestLag);
    this.caretaker =
        new Caretaker(
            registry, failed, executor, limits.heartbeat(), limits.stallTimeout(), limits.maxLag());
    this.retry = new Retry(limits.retry(), random);
    StreamContext context = new StreamContext(registry, failed, metrics, executor, nanoTime);
    this.opener = new StreamOpener(hub, context, retry);
    this.nanoTime = nanoTime;
  }

  public void start() {
    caretaker.start();
  }

  StreamOpener opener() {
    return opener;
  }

  /**
   * Says good-bye on every stream and ends it; those that cannot take the word in time just end.
   */
  @Override
  public void close() {
    int open = registry.size();
    registry.close();
    sayGoodBye();
    long deadline = nanoTime.getAsLong() + FAREWELL.toNanos();
    while (registry.size() > 0 && nanoTime.getAsLong() < deadline && pause()) {}
    sayGoodBye(); // some may be ready by now, though a busy container has not called yet
    caretaker.stop();
    registry.forEach(connection -> connection.close(CloseReason.SHUTDOWN));
    failed.close();
    if (open > 0) {
      logger.info("Closed {} streams", open);
    }
  }

  private void sayGoodBye() {
    registry.forEach(connection -> connection.shutDown(retry.next()));
  }

  /** Returns whether to go on waiting. */
  private static boolean pause() {
    try {
      Thread.sleep(5);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
