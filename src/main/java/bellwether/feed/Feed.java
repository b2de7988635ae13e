package bellwether.feed;

import bellwether.table.SourceUnavailableException;
import java.time.Duration;
import java.util.Optional;

/**
 * A source of events: it publishes what is new there, whenever its {@link FeedLoop} has it look.
 */
public interface Feed {
  /** Returns the name for log lines: "the {name} feed". */
  String name();

  /**
   * Looks at the source, and publishes what is new. Never runs twice at the same time; each look
   * sees what the one before it has left.
   *
   * @return when the next look is due, if that is sooner than the interval brings it
   * @throws SourceUnavailableException if the source is out of reach for now
   */
  Optional<Duration> look();
}
