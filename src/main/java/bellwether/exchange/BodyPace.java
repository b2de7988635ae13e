package bellwether.exchange;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time that a body has: it has to be whole by a deadline, and to come at a least rate until
 * then. Any thread.
 */
final class BodyPace {
  private static final long LEAST_RATE = 1024; // bytes a second
  private static final Duration FIRST_LOOK = Duration.ofSeconds(10);
  private static final Duration NEXT_LOOK = Duration.ofSeconds(5);

  private final LongSupplier nanoTime;
  private final Duration most;
  private final long begunAt;

  /**
   * Begins now.
   *
   * @param nanoTime as {@link System#nanoTime}
   * @param most the time for the whole body
   */
  BodyPace(LongSupplier nanoTime, Duration most) {
    this.nanoTime = nanoTime;
    this.most = most;
    this.begunAt = nanoTime.getAsLong();
  }

  /** Returns the time since it began. */
  Duration passed() {
    return Duration.ofNanos(nanoTime.getAsLong() - begunAt);
  }

  /** Returns after which time to look again; null if a body of which so much has come is late. */
  @Nullable Duration nextLook(int bytes) {
    Duration passed = passed();
    Duration first = FIRST_LOOK.compareTo(most) < 0 ? FIRST_LOOK : most;
    if (passed.compareTo(first) < 0) {
      return first.minus(passed);
    }
    Duration left = most.minus(passed);
    boolean isInTime =
        left.compareTo(Duration.ZERO) > 0 && bytes >= LEAST_RATE * passed.toSeconds();
    Duration next = NEXT_LOOK.compareTo(left) < 0 ? NEXT_LOOK : left;
    return isInTime ? next : null;
  }
}
