package bellwether.stream;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Random reconnection times, so that not all clients come back at once after a restart. */
public record Retry(Duration base, RandomGenerator random) {

  /** Returns a time between half of the base and one and a half times the base. */
  Duration next() {
    return spread(base);
  }

  /** Returns a time for a client that was refused because of load: ten times later. */
  Duration nextWhenRefused() {
    return spread(base.multipliedBy(10));
  }

  /**
   * Returns a time within a window, between a tenth of it and the whole of it, so that clients come
   * back evenly. It is not shorter, because a client that finds no server tries again after that
   * time. Without a window it is that of {@link #next}.
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
