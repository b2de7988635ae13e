package bellwether.hub;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The place from which a subscriber wants the log. */
public sealed interface StartingPoint {
  /** Returns the id or time that the client named; null if it named none. */
  default @Nullable String requested() {
    return null;
  }

  /** The retained states now, and the events from now on. */
  record Newest() implements StartingPoint {
    /** The instance that subscribers share, since each stream keeps its starting point. */
    public static final Newest ONLY = new Newest();
  }

  /** The oldest event that is kept. */
  record Earliest() implements StartingPoint {}

  /** The place just after the event of this id: a {@code Last-Event-ID}. */
  record After(String lastEventId) implements StartingPoint {
    @Override
    public String requested() {
      return lastEventId;
    }
  }

  /**
   * The place of the events published at this time and since.
   *
   * @param text the time as the client wrote it, for a gap event
   */
  record Since(Instant time, String text) implements StartingPoint {
    @Override
    public String requested() {
      return text;
    }
  }
}
