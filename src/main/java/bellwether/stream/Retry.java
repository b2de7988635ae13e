package bellwether.stream;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** When clients are to come back, spread out so that a restart meets no stampede. */
public record Retry(Duration base, RandomGenerator random) {

  /** Between half and one and a half of the base. */
  Duration next() {
    return spread(base);
  }

  /** For clients refused because of load: ten times later. */
  Duration nextWhenRefused() {
    return spread(base.multipliedBy(10));
  }

  /**
   * For all at once, so that as many come back in any part of the window: between a tenth of it,
   * for whoever finds nobody tries again as soon, and the whole of it. Without a window as {@link
   * #next}.
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
