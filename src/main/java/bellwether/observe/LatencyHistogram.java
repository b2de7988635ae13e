package bellwether.observe;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * How long things take, in buckets each twice as wide as the one before, from 64 µs to 17 s. Any
 * thread; counting costs less than asking for the time does.
 */
final class LatencyHistogram implements Collector {
  /*
   * The library's own would do, at some hundred nanoseconds for each observation: as much as a tenth
   * of what a delivery costs when many are written together.
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
   * @param name of the metric, ending in its unit, seconds
   */
  LatencyHistogram(String name, String help) {
    this.name = name;
    this.help = help;
  }

  /**
   * Counts what began at the first {@code count} of these times, and ended just now.
   *
   * @param since as {@link System#nanoTime}
   */
  void observe(long[] since, int count, long now) {
    long total = 0;
    int bucket = 0;
    int inBucket = 0;
    for (int i = 0; i < count; i++) { // what is written together mostly is of one age
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
