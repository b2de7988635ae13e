package bellwether.http;

import bellwether.hub.Hub;
import bellwether.observe.Metrics;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * All the open streams and what they need to live, from the start of the application to its end.
 */
public final class Streams implements AutoCloseable {
  private final ConnectionRegistry registry;
  private final FailedRequests failed;
  private final Caretaker caretaker;
  private final StreamOpener opener;
  private final Drain drain;

  /**
   * @param drainTimes of a drain, unless it is asked for with others
   * @param executor runs the caretaker and long write turns
   * @param nanoTime as {@link System#nanoTime}
   */
  public Streams(
      Hub hub,
      Metrics metrics,
      StreamLimits limits,
      DrainTimes drainTimes,
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
    Retry retry = new Retry(limits.retry(), random);
    this.drain = new Drain(registry, retry, drainTimes, nanoTime, Streams::pause);
    metrics.gauge(
        "bellwether_draining",
        "1 from a drain's beginning on, until it is taken back.",
        () -> drain.isDraining() ? 1 : 0);
    StreamContext context =
        new StreamContext(registry, failed, metrics, executor, nanoTime, drain::retryAtTheEnd);
    this.opener = new StreamOpener(hub, context, retry, drain::retryOfRefused);
  }

  public void start() {
    caretaker.start();
  }

  StreamOpener opener() {
    return opener;
  }

  public Drain drain() {
    return drain;
  }

  /**
   * Says good-bye on every stream and ends it; those that cannot take the word in time just end.
   */
  @Override
  public void close() {
    drain.stopNow();
    caretaker.stop();
    failed.close();
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
