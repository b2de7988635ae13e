package bellwether.hub;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The place from which a subscriber wants the log. */
public sealed interface StartingPoint {
  /** Returns what the client named; null if it named nothing. */
  default @Nullable String requested() {
    return null;
  }

  /** The retained state now, and what comes from now on. */
  record Newest() implements StartingPoint {
    /** The one that most subscribers share: each stream keeps its own starting point. */
    public static final Newest ONLY = new Newest();
  }

  /** The start of all that is kept. */
  record Earliest() implements StartingPoint {}

  /** The place just after the event of this id: a {@code Last-Event-ID}. */
  record After(String lastEventId) implements StartingPoint {
    @Override
    public String requested() {
      return lastEventId;
    }
  }

  /**
   * The place of what was published at this time, and since.
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
