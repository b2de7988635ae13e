package bellwether.hub;

import bellwether.eventlog.LogEntry;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How often one subscriber wants retained state. Events of a log are never held back: one that is
 * due releases the retained events older than itself, so that ids do not go backwards; newer ones
 * wait.
 */
final class Pace {
  private final long interval; // nanoseconds; 0 for no pace at all
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService timer;
  private final AtomicReference<@Nullable Runnable> wake;
  private final AtomicBoolean armed = new AtomicBoolean(); // a timer runs
  private volatile boolean closed;

  // Written by the subscriber, read by the fan-out.
  private volatile long dueAt;
  // Written by the fan-out, read by the subscriber: the newest log event noted.
  private volatile long releaseTo;

  Pace(Duration interval, LongSupplier nanoTime, ScheduledExecutorService timer, Runnable wake) {
    this.interval = interval.toNanos();
    this.nanoTime = nanoTime;
    this.timer = timer;
    this.wake = new AtomicReference<>(wake);
    this.dueAt = nanoTime.getAsLong();
  }

  boolean isNone() {
    return interval == 0;
  }

  /** Whether everything may be written now. */
  boolean isDue() {
    return isNone() || nanoTime.getAsLong() - dueAt >= 0;
  }

  /** Up to where the log must be written at once, due or not. */
  long releaseTo() {
    return releaseTo;
  }

  /**
   * Returns whether the subscriber is to be woken for this entry now.
   *
   * @param first whether the subscriber had nothing to poll for before
   */
  boolean note(LogEntry entry, boolean first) {
    if (isNone()) {
      return first;
    }
    if (!entry.isRetained()) {
      releaseTo = entry.position();
      return true;
    }
    if (isDue()) {
      return first;
    }
    arm();
    return false;
  }

  /** Notes that everything was written just now. */
  void passed() {
    if (!isNone()) {
      dueAt = nanoTime.getAsLong() + interval;
    }
  }

  /** Has the subscriber woken when it is due. */
  void arm() {
    if (isNone() || closed || !armed.compareAndSet(false, true)) {
      return;
    }
    try {
      long delay = Math.max(0, dueAt - nanoTime.getAsLong());
      var unused = timer.schedule(this::fire, delay, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The hub is closing, and the subscriber's stream with it.
    }
  }

  /** Arms no more; a timer that runs still finds nobody to wake. */
  void close() {
    closed = true;
    wake.set(null);
  }

  private void fire() {
    armed.set(false); // before waking: what the subscriber then leaves behind arms anew
    Runnable subscriber = wake.get();
    if (subscriber != null) {
      subscriber.run();
    }
  }
}
