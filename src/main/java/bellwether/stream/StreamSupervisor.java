package bellwether.stream;

import bellwether.eventlog.Report;
import bellwether.exchange.FailedRequests;
import bellwether.observe.CloseReason;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after every open stream. It writes to quiet streams, so that proxies keep the connection,
 * and because in most containers only a write shows that a client has left. It ends streams whose
 * clients take nothing or fall too far behind, and those that have lasted long enough.
 */
final class StreamSupervisor {
  /*
   * There is no timer for each stream, and no time is noted at each write: a tick visits every slot
   * of the registry twice in a heartbeat's time. It writes to a stream that has been quiet since
   * the last visit; so no stream is quiet for longer than a heartbeat's time.
   */
  private static final Logger logger = LoggerFactory.getLogger(StreamSupervisor.class);
  private static final Report report = new Report(logger);

  private final ConnectionRegistry registry;
  private final FailedRequests failed;
  private final ScheduledExecutorService executor;
  private final Duration round;
  private final Duration stallTimeout;
  private final long maxLag;
  private final Lifetime lifetime;

  // Confined to the tick.
  private int slot;

  private @Nullable ScheduledFuture<?> schedule;

  /**
   * @param heartbeat the longest time that a stream is quiet
   * @param stallTimeout the longest time that a client may take nothing while something waits for
   *     it
   * @param maxLag the most positions of the log that a client may be behind
   * @param lifetime how long each stream lasts
   */
  StreamSupervisor(
      ConnectionRegistry registry,
      FailedRequests failed,
      ScheduledExecutorService executor,
      Duration heartbeat,
      Duration stallTimeout,
      long maxLag,
      Lifetime lifetime) {
    this.registry = registry;
    this.failed = failed;
    this.executor = executor;
    this.round = heartbeat.dividedBy(2);
    this.stallTimeout = stallTimeout;
    this.maxLag = maxLag;
    this.lifetime = lifetime;
  }

  synchronized void start() {
    long period = Math.max(1, round.toNanos() / ConnectionRegistry.SLOTS);
    schedule = executor.scheduleAtFixedRate(this::tick, period, period, TimeUnit.NANOSECONDS);
  }

  /** Stops the ticks. */
  synchronized void stop() {
    if (schedule != null) {
      schedule.cancel(false);
    }
  }

  /** Tends one slot's streams. */
  void tick() {
    try {
      int now = slot;
      slot = (slot + 1) % ConnectionRegistry.SLOTS; // first, in case this slot fails
      registry.forEachInSlot(now, this::tend);
      if (slot == 0) {
        failed.completeOld();
      }
    } catch (Throwable e) { // escaping, even an error would end all heartbeats for ever
      report.error("Not all streams were looked after", e);
    }
  }

  private void tend(StreamConnection connection) {
    try {
      if (lifetime.isOver(connection.endsAt(), round)) {
        connection.retire(lifetime.retry());
      }
      connection.tend(stallTimeout, maxLag);
    } catch (Throwable e) { // the others of its slot go on
      report.warn("One stream could not be tended and is closed", e);
      connection.close(CloseReason.ERROR);
    }
  }
}
