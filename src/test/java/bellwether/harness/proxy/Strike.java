package bellwether.harness.proxy;

import java.time.Duration;

/**
 * A fault that is to happen to one connection.
 *
 * @param amount bytes, for those that wait for bytes; milliseconds, for those that last; else 0
 */
public record Strike(Fault fault, int amount) {
  /** How long it lasts, for a fault that does. */
  public Duration time() {
    return Duration.ofMillis(amount);
  }
}
