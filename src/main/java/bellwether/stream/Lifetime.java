package bellwether.stream;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a stream may last: each a time of its own, between four fifths of the longest and the
 * longest, so that those that opened together do not come back together. Any thread.
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

  /** Returns when a stream that opens now is to end, as nanoTime has it. */
  long draw() {
    return nanoTime.getAsLong() + longest - retry.random().nextLong(longest / 5 + 1);
  }

  /**
   * Returns whether a stream is to end now, rather than at the next look.
   *
   * @param end as drawn
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
