package bellwether.bench;

import java.util.concurrent.TimeUnit;

/** Waiting for a number to grow, which fails once it has stood still for long. */
final class Progress {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

  private final String what;
  private long value = -1;
  private long since = System.nanoTime();

  Progress(String what) {
    this.what = what;
  }

  /** Waits a little. */
  void check(long newValue) throws InterruptedException {
    if (newValue != value) {
      value = newValue;
      since = System.nanoTime();
    } else if (System.nanoTime() - since > PATIENCE) {
      throw new IllegalStateException("no progress in the " + what + " behind " + value);
    }
    TimeUnit.MILLISECONDS.sleep(2);
  }
}
