package bellwether.faults;

import java.time.Duration;

/**
 * A fault that is to happen to one connection.
 *
 * @param amount bytes, for those that wait for bytes; milliseconds, for those that last; else 0
 */
record Strike(Fault fault, int amount) {
  Duration time() {
    return Duration.ofMillis(amount);
  }
}
