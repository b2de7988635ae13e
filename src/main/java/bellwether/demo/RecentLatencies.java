package bellwether.demo;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The latencies of the interval between the last two calls of {@link #roll}, accurate to an eighth.
 * Any thread may add; one thread rolls.
 */
final class RecentLatencies {
  private static final int STEPS = 8; // buckets from one power of two to the next
  private static final int BUCKETS = 64 * STEPS;

  private volatile AtomicIntegerArray counting = new AtomicIntegerArray(BUCKETS);
  private volatile AtomicIntegerArray counted = new AtomicIntegerArray(BUCKETS);

  void add(long nanos) {
    counting.getAndIncrement(bucketOf(Math.max(1, nanos)));
  }

  /** Ends the interval: {@link #within} now reports the latencies added since the last call. */
  void roll() {
    counted = counting;
    counting = new AtomicIntegerArray(BUCKETS);
  }

  /**
   * Returns a percentile in nanoseconds, or 0 if none was added.
   *
   * @param share the percentile, as a fraction from 0 to 1
   */
  long within(double share) {
    AtomicIntegerArray counts = counted;
    long all = 0;
    for (int i = 0; i < BUCKETS; i++) {
      all += counts.get(i);
    }
    long wanted = (long) Math.ceil(share * all);
    long seen = 0;
    for (int i = 0; i < BUCKETS && all > 0; i++) {
      seen += counts.get(i);
      if (seen >= wanted && seen > 0) {
        return endOf(i);
      }
    }
    return 0;
  }

  private static int bucketOf(long nanos) {
    int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
    long step = power < 3 ? 0 : (nanos >>> (power - 3)) - STEPS;
    return power * STEPS + (int) step;
  }

  private static long endOf(int bucket) {
    int power = bucket / STEPS;
    int step = bucket % STEPS;
    return power < 3 ? 1L << (power + 1) : (long) (STEPS + step + 1) << (power - 3);
  }
}
