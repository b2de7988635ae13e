package bellwether.feed;

import bellwether.table.SourceUnavailableException;
import java.time.Duration;
import java.util.Optional;

/** Publishes what is new at some source, whenever its {@link FeedLoop} has it look there. */
public interface Feed {
  /** For the log lines: "the {name} feed". */
  String name();

  /**
   * Looks at the source, and publishes what is new. Never runs twice at a time; each look sees what
   * the one before it has left.
   *
   * @return when the next look is due, if that is sooner than the interval brings it
   * @throws SourceUnavailableException if the source is out of reach for now
   */
  Optional<Duration> look();
}
