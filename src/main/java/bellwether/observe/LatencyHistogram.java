package bellwether.observe;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * A histogram of durations, in buckets each twice as wide as the one before, from 64 µs to 17 s.
 * Any thread; counting costs less than reading the clock.
 */
final class LatencyHistogram implements Collector {
  /*
   * The library's histogram costs some hundred nanoseconds for each observation: as much as a tenth
   * of a delivery when many are written together.
   */
  private static final int SHIFT = 16; // the first bucket ends at 2^16 ns
  private static final int BOUNDED = 19;
  private static final double NANOS = 1e9;

  private final String name;
  private final String help;
  private final LongAdder[] counts =
      Stream.generate(LongAdder::new).limit(BOUNDED + 1).toArray(LongAdder[]::new);
  private final LongAdder sum = new LongAdder();

  /**
   * @param name the metric's name, ending in its unit, seconds
   */
  LatencyHistogram(String name, String help) {
    this.name = name;
    this.help = help;
  }

  /**
   * Counts the durations from the first {@code count} of these times to now.
   *
   * @param since times as {@link System#nanoTime}
   */
  void observe(long[] since, int count, long now) {
    long total = 0;
    int bucket = 0;
    int inBucket = 0;
    for (int i = 0; i < count; i++) { // events written together are mostly of one age
      long nanos = Math.max(1, now - since[i]);
      total += nanos;
      int own = bucketOf(nanos);
      if (own != bucket && inBucket > 0) {
        counts[bucket].add(inBucket);
        inBucket = 0;
      }
      bucket = own;
      inBucket++;
    }
    counts[bucket].add(inBucket);
    sum.add(total);
  }

  private static int bucketOf(long nanos) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros((nanos - 1) >> SHIFT);
    return Math.min(bits, BOUNDED);
  }

  @Override
  public MetricSnapshot collect() {
    double[] bounds = new double[BOUNDED + 1];
    long[] snapshot = new long[BOUNDED + 1];
    for (int i = 0; i <= BOUNDED; i++) {
      bounds[i] = i == BOUNDED ? Double.POSITIVE_INFINITY : (1L << (SHIFT + i)) / NANOS;
      snapshot[i] = counts[i].sum();
    }
    return HistogramSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(
            HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, snapshot))
                .sum(sum.sum() / NANOS)
                .build())
        .build();
  }
}
