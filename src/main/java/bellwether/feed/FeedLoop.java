package bellwether.feed;

import bellwether.eventlog.LogUnavailableException;
import bellwether.table.SourceUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a feed: has it look at each interval, sooner if the feed says so, and at once on request.
 * All methods are thread-safe.
 *
 * <p>A failing source does not stop the loop: the loop says so in one line, looks again at the next
 * interval, and says in one line when the source is back.
 */
public final class FeedLoop implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(FeedLoop.class);
  private static final Duration PATIENCE = Duration.ofMinutes(1); // for one look

  private static final Duration FAREWELL = Duration.ofSeconds(1);

  private enum State {
    /** The feed has not looked yet. */
    NEW,
    /** The last look succeeded. */
    HEALTHY,
    /** The last look failed. */
    FAILING
  }

  private final Feed feed;
  private final Duration interval;
  private final ScheduledExecutorService executor;
  private final LongSupplier nanoTime;
  private final BooleanSupplier mayLook;

  // Orders the ticks, and guards what a feed keeps between them.
  private final ReentrantLock ticking = new ReentrantLock();
  private final AtomicBoolean isAskedFor = new AtomicBoolean(); // a tick is waiting for its thread
  private final AtomicReference<@Nullable ScheduledFuture<?>> schedule = new AtomicReference<>();
  private final AtomicReference<@Nullable ScheduledFuture<?>> sooner = new AtomicReference<>();
  private volatile State state = State.NEW; // written under the lock
  private boolean isAnothers; // another server may have looked since; guarded by the lock
  private volatile boolean closed;
  private volatile boolean isLooking;
  private volatile long lookingSince;

  /**
   * @param interval the time from the end of one look to the start of the next
   * @param executor runs the looks, and the source may keep it waiting; the loop does not close it
   * @param nanoTime as {@link System#nanoTime}
   */
  public FeedLoop(
      Feed feed, Duration interval, ScheduledExecutorService executor, LongSupplier nanoTime) {
    this(feed, interval, executor, nanoTime, () -> true);
  }

  /**
   * Creates a loop for a feed that another server may have at times.
   *
   * @param mayLook is asked before each look; it may throw the exceptions of a look
   */
  public FeedLoop(
      Feed feed,
      Duration interval,
      ScheduledExecutorService executor,
      LongSupplier nanoTime,
      BooleanSupplier mayLook) {
    this.feed = feed;
    this.interval = interval;
    this.executor = executor;
    this.nanoTime = nanoTime;
    this.mayLook = mayLook;
  }

  /** Looks for the first time, and from then on at each interval. */
  public void start() {
    long delay = interval.toNanos();
    schedule.set(executor.scheduleWithFixedDelay(this::tick, 0, delay, TimeUnit.NANOSECONDS));
  }

  /**
   * Asks for a look at once, on a thread of the executor. It sees all changes from before this
   * call. If several callers ask meanwhile, there is one look.
   */
  public void tickSoon() {
    if (isAskedFor.compareAndSet(false, true)) {
      try {
        executor.execute(this::tickIfAskedFor);
      } catch (RejectedExecutionException e) {
        logger.debug("No more ticks: the {} feed is closing", feed.name());
      }
    }
  }

  /** Looks now, on this thread. Never throws. */
  public void tick() {
    ticking.lock();
    try {
      isAskedFor.set(false); // before looking: a later request may be about a newer change
      look();
    } finally {
      ticking.unlock();
    }
  }

  /** Returns whether the last look succeeded, and none takes too long; false before the first. */
  public boolean isHealthy() {
    boolean isStuck = isLooking && nanoTime.getAsLong() - lookingSince > PATIENCE.toNanos();
    return state == State.HEALTHY && !isStuck;
  }

  /** Returns whether a look is under way. */
  public boolean isLooking() {
    return isLooking;
  }

  /** Ends the schedule, and waits a bounded time for a look that is under way. */
  @Override
  public void close() {
    closed = true;
    replace(schedule, null);
    replace(sooner, null);
    try {
      if (ticking.tryLock(FAREWELL.toNanos(), TimeUnit.NANOSECONDS)) {
        ticking.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tickIfAskedFor() {
    ticking.lock();
    try {
      if (isAskedFor.get()) { // otherwise a scheduled tick has done it meanwhile
        tick();
      }
    } finally {
      ticking.unlock();
    }
  }

  private void look() {
    if (closed) {
      return;
    }
    lookingSince = nanoTime.getAsLong();
    isLooking = true;
    try {
      boolean isOurs = false;
      try {
        isOurs = mayLook.getAsBoolean();
      } finally {
        isAnothers |= !isOurs; // also if nobody knows
      }
      if (!isOurs) {
        return;
      }
      if (isAnothers) {
        isAnothers = false;
        feed.beginAnew();
      }
      Optional<Duration> next = feed.look();
      replace(sooner, next.map(this::tickAfter).orElse(null));
      succeeded();
    } catch (Throwable e) { // even an error: if it escaped, it would silently cancel the schedule
      failed(e);
    } finally {
      isLooking = false;
    }
  }

  private @Nullable ScheduledFuture<?> tickAfter(Duration delay) {
    try {
      return executor.schedule(this::tickSoon, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      logger.debug("No more ticks: the {} feed is closing", feed.name());
      return null;
    }
  }

  private static void replace(
      AtomicReference<@Nullable ScheduledFuture<?>> place, @Nullable ScheduledFuture<?> next) {
    ScheduledFuture<?> last = place.getAndSet(next);
    if (last != null) {
      last.cancel(false);
    }
  }

  private void succeeded() {
    if (state == State.FAILING) {
      logger.info("The {} feed goes on", feed.name());
    }
    state = State.HEALTHY;
  }

  private void failed(Throwable e) {
    isAnothers = true; // perhaps because another server has taken over, and published
    boolean isNews = state != State.FAILING && !closed;
    state = State.FAILING;
    if (!isNews) {
      return;
    }
    try {
      if (e instanceof SourceUnavailableException || e instanceof LogUnavailableException) {
        logger.warn("The {} feed stands still: {}", feed.name(), e.getMessage());
      } else {
        logger.warn("The {} feed stands still", feed.name(), e); // unexpected, so with its stack
      }
    } catch (Throwable again) {
      // Without memory a logger may fail; out of here, that would cancel the schedule.
    }
  }
}
