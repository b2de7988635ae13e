package bellwether.stream;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Reconnection times, spread out so that a restart meets no stampede. */
public record Retry(Duration base, RandomGenerator random) {

  /** Between half and one and a half of the base. */
  Duration next() {
    return spread(base);
  }

  /** Returns a time for a client that was refused because of load: ten times later. */
  Duration nextWhenRefused() {
    return spread(base.multipliedBy(10));
  }

  /**
   * Returns a time within a window, so that as many clients come back in any part of it: between a
   * tenth of it, for whoever finds nobody tries again as soon, and the whole of it. Without a
   * window as {@link #next}.
   */
  Duration over(Duration window) {
    long most = window.toMillis();
    if (most == 0) {
      return next();
    }
    long least = Math.max(1, most / 10);
    return Duration.ofMillis(least + random.nextLong(most - least + 1));
  }

  private Duration spread(Duration middle) {
    long millis = middle.toMillis();
    return Duration.ofMillis(millis / 2 + random.nextLong(millis + 1));
  }
}
