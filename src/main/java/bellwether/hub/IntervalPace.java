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

/** A pace of at most once in an interval. */
final class IntervalPace implements Pace {
  private final long interval; // nanoseconds
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService timer;
  private final AtomicReference<@Nullable Subscriber> subscriber;
  private final AtomicBoolean armed = new AtomicBoolean(); // a timer runs
  private volatile boolean closed;

  // Written by the subscriber, read by the fan-out.
  private volatile long dueAt;
  // Written by the fan-out, read by the subscriber: the newest log event noted.
  private volatile long releaseTo;

  IntervalPace(
      Duration interval,
      LongSupplier nanoTime,
      ScheduledExecutorService timer,
      Subscriber subscriber) {
    this.interval = interval.toNanos();
    this.nanoTime = nanoTime;
    this.timer = timer;
    this.subscriber = new AtomicReference<>(subscriber);
    this.dueAt = nanoTime.getAsLong();
  }

  @Override
  public boolean isDue() {
    return nanoTime.getAsLong() - dueAt >= 0;
  }

  @Override
  public long releaseTo() {
    return releaseTo;
  }

  @Override
  public boolean note(LogEntry entry, boolean first) {
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

  @Override
  public void release(long position) {
    releaseTo = position;
  }

  @Override
  public void passed() {
    dueAt = nanoTime.getAsLong() + interval;
  }

  @Override
  public void arm() {
    if (closed || !armed.compareAndSet(false, true)) {
      return;
    }
    try {
      long delay = Math.max(0, dueAt - nanoTime.getAsLong());
      var unused = timer.schedule(this::fire, delay, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The hub is closing, and the subscriber's stream with it.
    } catch (RuntimeException | Error e) { // no timer runs: the next that needs one tries again
      armed.set(false);
      throw e;
    }
  }

  @Override
  public void close() {
    closed = true;
    subscriber.set(null);
  }

  private void fire() {
    armed.set(false); // before waking: if entries are left, the subscriber arms it anew
    Subscriber woken = subscriber.get();
    if (woken != null) {
      try {
        woken.wake();
      } catch (Throwable e) { // what is noted stays so: without a timer nobody would wake it
        dueAt = nanoTime.getAsLong() + interval;
        arm();
      }
    }
  }
}
