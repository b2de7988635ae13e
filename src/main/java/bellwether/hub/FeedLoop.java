package bellwether.hub;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a feed: looks at its source each interval, and at once when woken. Any thread may call
 * anything.
 *
 * <p>A source that fails stops nothing: the loop says so in one line, looks again at the next
 * interval, and says in one line when the source is back.
 */
public final class FeedLoop implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(FeedLoop.class);

  private enum State {
    /** Has not looked yet. */
    NEW,
    /** The last look went well. */
    HEALTHY,
    /** The last look failed. */
    FAILING
  }

  private final String name;
  private final Runnable tick;
  private final Duration interval;
  private final ScheduledExecutorService executor;

  // Orders the ticks, and guards what a feed keeps between them.
  private final ReentrantLock ticking = new ReentrantLock();
  private final AtomicBoolean woken = new AtomicBoolean(); // a wake-up waits for its tick
  private final AtomicReference<@Nullable ScheduledFuture<?>> schedule = new AtomicReference<>();
  private volatile State state = State.NEW; // written under the lock
  private volatile boolean closed;

  /**
   * @param name for the log lines: "the {name} feed"
   * @param tick one look at the source; never runs twice at a time
   * @param interval from the end of one look to the start of the next
   * @param executor may be kept waiting by the source; the loop does not close it
   */
  public FeedLoop(
      String name, Runnable tick, Duration interval, ScheduledExecutorService executor) {
    this.name = name;
    this.tick = tick;
    this.interval = interval;
    this.executor = executor;
  }

  /** Looks for the first time, and from then on each interval. */
  public void start() {
    long delay = interval.toNanos();
    schedule.set(executor.scheduleWithFixedDelay(this::tick, 0, delay, TimeUnit.NANOSECONDS));
  }

  /** Asks for a look at once. What was there before this call is seen by it. */
  public void wake() {
    if (woken.compareAndSet(false, true)) {
      try {
        executor.execute(this::tickIfWoken);
      } catch (RejectedExecutionException e) {
        logger.debug("No more ticks: the {} feed is closing", name);
      }
    }
  }

  /** Asks for a look after this time. */
  public void wakeIn(Duration delay) {
    try {
      var unused = executor.schedule(this::wake, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      logger.debug("No more ticks: the {} feed is closing", name);
    }
  }

  /** Looks now, on this thread. Never throws. */
  public void tick() {
    ticking.lock();
    try {
      woken.set(false); // before looking: a wake-up from here on may be about something newer
      run();
    } finally {
      ticking.unlock();
    }
  }

  /** Whether the last look went well; false before the first. */
  public boolean isHealthy() {
    return state == State.HEALTHY;
  }

  /** Ends the schedule, without waiting for a look that is under way. */
  @Override
  public void close() {
    closed = true;
    ScheduledFuture<?> scheduled = schedule.getAndSet(null);
    if (scheduled != null) {
      scheduled.cancel(false);
    }
  }

  private void tickIfWoken() {
    ticking.lock();
    try {
      if (woken.get()) { // else a scheduled tick has seen to it meanwhile
        tick();
      }
    } finally {
      ticking.unlock();
    }
  }

  private void run() {
    if (closed) {
      return;
    }
    try {
      tick.run();
      succeeded();
    } catch (Throwable e) { // even an error: escaping, it would cancel the schedule in silence
      failed(e);
    }
  }

  private void succeeded() {
    if (state == State.FAILING) {
      logger.info("The {} feed goes on", name);
    }
    state = State.HEALTHY;
  }

  private void failed(Throwable e) {
    boolean isNews = state != State.FAILING && !closed;
    state = State.FAILING;
    if (!isNews) {
      return;
    }
    if (e instanceof SourceUnavailableException) {
      logger.warn("The {} feed stands still: {}", name, e.getMessage());
    } else {
      logger.warn("The {} feed stands still", name, e); // not foreseen, so with its stack
    }
  }
}
