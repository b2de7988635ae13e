package bellwether.access;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A rate limit for each of many clients, with bursts (the generic cell rate algorithm, ITU-T
 * I.371). Any thread.
 */
final class RateLimit {
  private static final int MAX_REMEMBERED = 10_000; // a flood of names fills no memory

  private final long nanosForOne;
  private final long burstNanos;
  private final LongSupplier nanoTime;

  // Guarded by this: for each client, the time at which all that it has taken is paid for.
  private final Map<String, Long> paidAt =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  /**
   * Creates a limit of which nothing is used.
   *
   * @param interval the time for one unit, in the long run
   * @param burst the number of units that are allowed at once
   * @param nanoTime as {@link System#nanoTime}
   */
  RateLimit(Duration interval, int burst, LongSupplier nanoTime) {
    this.nanosForOne = interval.toNanos();
    this.burstNanos = nanosForOne * burst;
    this.nanoTime = nanoTime;
  }

  /**
   * Takes some units. A client with a whole burst left may take more than a burst at once, and pays
   * for it later.
   *
   * @return zero if that is allowed; else nothing was taken, and the client may try again after
   *     this time
   */
  synchronized Duration take(String who, int count) {
    long now = nanoTime.getAsLong();
    Long before = paidAt.get(who);
    long paid = before == null || before - now < 0 ? now : before;
    long cost = nanosForOne * count;
    long debt = paid - now + Math.min(cost, burstNanos) - burstNanos;
    if (debt > 0) {
      return Duration.ofNanos(debt);
    }
    paidAt.put(who, paid + cost);
    return Duration.ZERO;
  }

  /** Gives back units that were just taken and are not used. */
  synchronized void giveBack(String who, int count) {
    paidAt.computeIfPresent(who, (name, paid) -> paid - nanosForOne * count);
  }
}
