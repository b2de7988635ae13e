package bellwether.hub;

import java.time.Instant;

/** From where a subscriber wants the log. */
public sealed interface StartingPoint {
  /** The retained state now, and what comes from now on. */
  record Newest() implements StartingPoint {}

  /** All that is kept. */
  record Earliest() implements StartingPoint {}

  /** What follows the event of this id: a {@code Last-Event-ID}. */
  record After(String lastEventId) implements StartingPoint {}

  /** What was published at this time, and since. */
  record Since(Instant time) implements StartingPoint {}
}
