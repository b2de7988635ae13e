package bellwether.bench.layout;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Wakes a thousand times a second, copies what is newest, and notes how late it was. */
final class LiveStream extends Thread {
  private static final long INTERVAL = 1_000_000; // ns

  private final byte[][] newest = new byte[1024][256];
  private final ByteBuffer out = ByteBuffer.allocateDirect(8 << 10);
  private final Histogram lateness = new Histogram(3); // ns
  private volatile boolean ended;

  LiveStream() {
    super("live");
    setDaemon(true); // a failed comparison is to end
    start();
  }

  @Override
  public void run() {
    int at = 0;
    for (long due = System.nanoTime() + INTERVAL; !ended; due += INTERVAL) {
      for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
        LockSupport.parkNanos(this, early);
      }
      out.clear();
      for (int i = 0; i < 16; i++) {
        out.put(newest[at++ & 1023]);
      }
      lateness.recordValue(Math.max(0, System.nanoTime() - due));
    }
  }

  /** Ends it; returns how late it was, median and 99th percentile, in microseconds. */
  double[] end() throws InterruptedException {
    ended = true;
    join();
    return new double[] {
      lateness.getValueAtPercentile(50) / 1e3, lateness.getValueAtPercentile(99) / 1e3
    };
  }
}
