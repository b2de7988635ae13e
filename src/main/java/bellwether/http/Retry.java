package bellwether.http;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** When clients are to come back, spread out so that a restart meets no stampede. */
record Retry(Duration base, RandomGenerator random) {

  /** Between half and one and a half of the base. */
  Duration next() {
    return spread(base);
  }

  /** For clients refused because of load: ten times later. */
  Duration nextWhenRefused() {
    return spread(base.multipliedBy(10));
  }

  private Duration spread(Duration middle) {
    long millis = middle.toMillis();
    return Duration.ofMillis(millis / 2 + random.nextLong(millis + 1));
  }
}
