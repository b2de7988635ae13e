package bellwether.hub;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** From where a subscriber wants the log. */
public sealed interface StartingPoint {

  /** What the client named; null if it named nothing. */
  default @Nullable String requested() {
    return null;
  }

  /** The retained state now, and what comes from now on. */
  record Newest() implements StartingPoint {}

  /** All that is kept. */
  record Earliest() implements StartingPoint {}

  /** What follows the event of this id: a {@code Last-Event-ID}. */
  record After(String lastEventId) implements StartingPoint {
    @Override
    public String requested() {
      return lastEventId;
    }
  }

  /**
   * What was published at this time, and since.
   *
   * @param text what the client said, for telling it of a gap
   */
  record Since(Instant time, String text) implements StartingPoint {
    @Override
    public String requested() {
      return text;
    }
  }
}
