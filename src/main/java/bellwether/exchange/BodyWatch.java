package bellwether.exchange;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches one body by the timer: whether it comes fast enough, and that its request ends at all.
 * Guarded by its owner's lock.
 */
final class BodyWatch {
  /** Much later than all else; in case that nothing else ends it. */
  private static final Duration BACKSTOP = Duration.ofMinutes(2);

  private final ScheduledExecutorService timer;
  private final BodyPace pace;
  private final Duration most;
  private @Nullable Future<?> nextLook;
  private @Nullable Future<?> backstop;

  BodyWatch(Exchanges exchanges) {
    this.timer = exchanges.timer();
    this.pace = new BodyPace(exchanges.nanoTime(), exchanges.limits().bodyTime());
    this.most = exchanges.limits().bodyTime().plus(BACKSTOP);
  }

  /**
   * Begins.
   *
   * @param giveUp is run, on the timer, if nothing has stopped this
   * @throws java.util.concurrent.RejectedExecutionException if the timer has been shut down
   */
  void begin(Runnable giveUp) {
    backstop = after(most, giveUp);
  }

  /**
   * Looks whether enough has come by now.
   *
   * @param again is run, on the timer, when it is time for the next look
   * @return false if the body is late
   */
  boolean look(int bytes, Runnable again) {
    Duration left = pace.nextLook(bytes);
    if (left != null) {
      nextLook = after(left, again);
    }
    return left != null;
  }

  private Future<?> after(Duration delay, Runnable task) {
    return timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The rest of the body does not matter. */
  void stopLooking() {
    cancel(nextLook);
  }

  /** The request has ended, or goes on otherwise. */
  void stop() {
    cancel(nextLook);
    cancel(backstop);
  }

  private static void cancel(@Nullable Future<?> task) {
    if (task != null) {
      task.cancel(false);
    }
  }

  /** Returns the time since the request came. Any thread. */
  Duration passed() {
    return pace.passed();
  }
}
