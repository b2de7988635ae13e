package bellwether.stream;

import bellwether.access.ClientLimits;
import bellwether.access.Gate;
import bellwether.auth.Token;
import bellwether.config.Settings;
import bellwether.exchange.Exchanges;
import bellwether.exchange.FailedRequests;
import bellwether.hub.Hub;
import bellwether.observe.Metrics;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * All open streams and polls, and the objects that they need, from the start of the application to
 * its end.
 */
public final class Streams implements AutoCloseable {
  private final ConnectionRegistry registry;
  private final FailedRequests failed;
  private final StreamSupervisor supervisor;
  private final StreamOpener opener;
  private final PollOpener polls;
  private final Drain drain;
  private final Standby standby;
  private final StreamRights rights;
  private final ClientLimits clientLimits;
  private final OtherServers others;
  private final StreamChanges changes;

  /**
   * @param drainTimes the times of a drain, unless other ones are asked for
   * @param perClient the limits of one address and of one token
   * @param isRevoked whether a token has been revoked
   * @param others the servers that share the log
   * @param executor runs the supervisor, long write turns, and the ends of tokens
   * @param nanoTime as {@link System#nanoTime}
   * @param random must be a secure one
   */
  public Streams(
      Hub hub,
      Metrics metrics,
      Settings.Streams limits,
      ClientLimits perClient,
      Settings.Drain drainTimes,
      Predicate<Token> isRevoked,
      OtherServers others,
      Exchanges exchanges,
      ScheduledExecutorService executor,
      LongSupplier nanoTime,
      InstantSource clock,
      RandomGenerator random) {
    this.clientLimits = perClient;
    this.others = others;
    this.registry = new ConnectionRegistry(limits.max(), metrics);
    this.failed = exchanges.failed();
    metrics.gauge(
        "bellwether_stream_lag_max",
        "How many events the slowest stream that once kept up is behind.",
        registry::greatestLag);
    metrics.gauge(
        "bellwether_patterns_used",
        "How much of bellwether.patterns.max the patterns of all subscribers use.",
        hub.patterns()::used);
    Retry retry = new Retry(limits.retry(), random);
    Lifetime lifetime = new Lifetime(limits.age(), retry, nanoTime);
    this.supervisor =
        new StreamSupervisor(
            registry,
            failed,
            executor,
            limits.heartbeat(),
            limits.stallTimeout(),
            limits.maxLag(),
            lifetime);
    this.drain = new Drain(registry, retry, drainTimes, nanoTime, Streams::pause);
    this.standby = new Standby(registry, drain);
    metrics.gauge(
        "bellwether_standby",
        "1 while another server works on the same database, and this one stands by.",
        () -> standby.isOn() ? 1 : 0);
    metrics.gauge(
        "bellwether_draining",
        "1 from a drain's beginning on, until it is taken back.",
        () -> drain.isDraining() ? 1 : 0);
    StreamContext context =
        new StreamContext(registry, failed, metrics, executor, nanoTime, drain::retryAtTheEnd);
    this.rights = new StreamRights(registry, executor, clock, isRevoked);
    this.opener =
        new StreamOpener(
            hub,
            context,
            retry,
            lifetime,
            drain::retryOfRefused,
            rights,
            perClient,
            StreamKey.keys(others.number(), random));
    this.changes = new StreamChanges(hub, registry, rights, drain::retryOfRefused);
    this.polls =
        new PollOpener(hub, context, exchanges, executor, drain::retryOfRefused, rights, perClient);
    metrics.gauge(
        "bellwether_polls_open", "Polls that have not been answered yet.", registry::polls);
  }

  public void start() {
    supervisor.start();
  }

  public StreamOpener opener() {
    return opener;
  }

  public PollOpener polls() {
    return polls;
  }

  /**
   * Returns the servlet of the streams' own URLs.
   *
   * @param takesParameter whether a token in the query is accepted
   */
  public StreamServlet control(Gate gate, boolean takesParameter, Exchanges exchanges) {
    return new StreamServlet(changes, others, gate, takesParameter, exchanges);
  }

  /** Returns what changes the open streams. */
  public StreamChanges changes() {
    return changes;
  }

  /** Returns the registry of the open streams and polls. */
  public ConnectionRegistry registry() {
    return registry;
  }

  public StreamRights rights() {
    return rights;
  }

  public ClientLimits clientLimits() {
    return clientLimits;
  }

  public Drain drain() {
    return drain;
  }

  public Standby standby() {
    return standby;
  }

  /**
   * Ends every stream with a shutdown event; a stream whose client does not read it in time ends
   * without it.
   */
  @Override
  public void close() {
    drain.stopNow();
    supervisor.stop();
    failed.close();
  }

  /** Waits a moment; returns whether to go on waiting. */
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
