package bellwether.eventlog.shared;

import bellwether.eventlog.shared.SharedStore.Keep;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** Shared logs for tests, each a node of its own. */
public final class SharedLogs {
  private static final AtomicLong batches = new AtomicLong();
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long MUCH = 64L << 20;

  private SharedLogs() {}

  public static SharedLogLimits limits(int kept, int hot) {
    Keep keep = new Keep(kept, Long.MAX_VALUE, Duration.ofDays(3650));
    return new SharedLogLimits(keep, hot, Long.MAX_VALUE, MUCH, PATIENCE, MUCH);
  }

  /** A node that does its work at once, on the thread that asks for it. */
  public static SharedEventLog open(
      SharedStore store, SharedLogLimits limits, InstantSource clock) {
    return open(store, limits, Runnable::run, Runnable::run, clock);
  }

  public static SharedEventLog open(
      SharedStore store,
      SharedLogLimits limits,
      Executor committing,
      Executor tailing,
      InstantSource clock) {
    return new SharedEventLog(
        store,
        limits,
        committing,
        tailing,
        clock,
        System::nanoTime,
        () -> new UUID(0, batches.incrementAndGet()),
        topic -> topic.name().equals("feed"));
  }
}
