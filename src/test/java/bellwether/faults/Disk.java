package bellwether.faults;

import java.time.Duration;

/** The disk that the server's data are on. */
@FunctionalInterface
interface Disk {
  /** Takes all space that is left, gives it back after this time, and returns then. */
  void fillFor(Duration time);
}
