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
 * Looks after every open stream: writes to the quiet, so that whatever is between a client and us
 * keeps the connection, and in most containers nothing else tells of a client that went away; ends
 * those that take nothing, fall too far behind, or have lasted long enough.
 */
final class StreamSupervisor {
  /*
   * No timer for each stream, and no time noted at each write: twice in a heartbeat's time a tick
   * comes by every slot of the registry. A stream that has been quiet since the last time is written
   * to; so none is quiet for more than the whole of it.
   */
  private static final Logger logger = LoggerFactory.getLogger(StreamSupervisor.class);

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
   * @param heartbeat longest time a stream is quiet
   * @param stallTimeout longest time a client may take nothing while there is something for it
   * @param maxLag most positions of the log a client may be behind
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

  /** Comes by no more. */
  synchronized void stop() {
    if (schedule != null) {
      schedule.cancel(false);
    }
  }

  /** Tends one slot's streams. */
  void tick() {
    try {
      int now = slot;
      slot = (slot + 1) % ConnectionRegistry.SLOTS; // first: a slot that fails is not to stay
      registry.forEachInSlot(now, this::tend);
      if (slot == 0) {
        failed.completeOld();
      }
    } catch (Throwable e) { // escaping, even an error would end all heartbeats for ever
      Report.error(logger, "Not all streams were looked after", e);
    }
  }

  private void tend(StreamConnection connection) {
    try {
      if (lifetime.isOver(connection.endsAt(), round)) {
        connection.retire(lifetime.retry());
      }
      connection.tend(stallTimeout, maxLag);
    } catch (Throwable e) { // the others of its slot go on
      Report.warn(logger, "One stream could not be tended and is closed", e);
      connection.close(CloseReason.ERROR);
    }
  }
}
