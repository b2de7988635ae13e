package bellwether.access;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

/**
 * A rate limit for each of many clients, with bursts (the generic cell rate algorithm, ITU-T
 * I.371). Any thread.
 */
final class RateLimit {
  private static final int MAX_REMEMBERED = 10_000; // a flood of names fills no memory
  private static final double LEAST_PART = 0.05; // of the rate

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

  // Guarded by this: what clients took since the last report, and before that.
  private Map<String, Integer> taken = new HashMap<>();
  private Map<String, Integer> reported = Map.of();
  private long window; // between the last two reports
  private long reportedAt;
  private boolean isShared;
  private ToIntFunction<String> elsewhere = who -> 0;

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
    long cost = (long) (nanosForOne * count / partOf(who));
    long debt = paid - now + Math.min(cost, burstNanos) - burstNanos;
    if (debt > 0) {
      return Duration.ofNanos(debt);
    }
    paidAt.put(who, paid + cost);
    count(who, count);
    return Duration.ZERO;
  }

  /**
   * Counts from now on what the clients take on other servers, too.
   *
   * @param newElsewhere returns what a client took there in about as long a time as lies between
   *     two {@linkplain #report reports} here; must not wait
   */
  synchronized void share(ToIntFunction<String> newElsewhere) {
    elsewhere = newElsewhere;
    isShared = true;
    reportedAt = nanoTime.getAsLong();
  }

  /** Returns the units that each client took since the last report. */
  synchronized Map<String, Integer> report() {
    long now = nanoTime.getAsLong();
    window = now - reportedAt;
    reportedAt = now;
    reported = taken;
    taken = new HashMap<>();
    return Map.copyOf(reported);
  }

  /**
   * Returns the part of the rate that a client may use here: what the other servers leave, or if
   * they and this one together exceed the rate, this one's part of all. A little is left in any
   * case, for a client that has just come here.
   */
  private double partOf(String who) {
    long others = isShared ? elsewhere.applyAsInt(who) : 0;
    if (others == 0 || window <= 0) {
      return 1;
    }
    double allowed = (double) window / nanosForOne;
    double own = reported.getOrDefault(who, 0);
    double part = own + others > allowed ? own / (own + others) : 1 - others / allowed;
    return Math.max(LEAST_PART, part);
  }

  private void count(String who, int units) {
    if (isShared && (taken.containsKey(who) || taken.size() < MAX_REMEMBERED)) {
      taken.merge(who, units, Integer::sum);
    }
  }

  /** Gives back units that were just taken and are not used. */
  synchronized void giveBack(String who, int count) {
    long cost = (long) (nanosForOne * count / partOf(who)); // as it was taken
    paidAt.computeIfPresent(who, (name, paid) -> paid - cost);
    taken.computeIfPresent(who, (name, units) -> Math.max(0, units - count));
  }
}
