package bellwether.stream;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time that a stream may last. Each stream has a random one, between four fifths of the longest
 * and the longest, so that clients that came together do not come back together. Any thread.
 */
final class Lifetime {
  private final long longest; // nanoseconds; 0 for ever
  private final Retry retry;
  private final LongSupplier nanoTime;

  /**
   * @param longest zero for ever
   * @param retry when a client is to come back
   * @param nanoTime as {@link System#nanoTime}
   */
  Lifetime(Duration longest, Retry retry, LongSupplier nanoTime) {
    this.longest = longest.toNanos();
    this.retry = retry;
    this.nanoTime = nanoTime;
  }

  /** Returns the time at which a stream that opens now has to end, in nanoTime. */
  long draw() {
    return nanoTime.getAsLong() + longest - retry.random().nextLong(longest / 5 + 1);
  }

  /**
   * Returns whether a stream has to end now, because the next look would be too late.
   *
   * @param end as {@link #draw} returned it
   * @param untilNextLook the longest time until then
   */
  boolean isOver(long end, Duration untilNextLook) {
    return longest > 0 && end - nanoTime.getAsLong() <= untilNextLook.toNanos();
  }

  /** Returns the reconnection time of a client whose stream has lasted long enough. */
  Duration retry() {
    return retry.next();
  }
}
