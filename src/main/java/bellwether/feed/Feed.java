package bellwether.feed;

import bellwether.table.SourceUnavailableException;
import java.time.Duration;
import java.util.Optional;

/**
 * A feed of events from a source: it publishes the changes there whenever its {@link FeedLoop} has
 * it look.
 */
public interface Feed {
  /** Returns the name for log lines: "the {name} feed". */
  String name();

  /**
   * Forgets what it has published: another server may have published since. Called before a look,
   * by its thread.
   */
  default void beginAnew() {}

  /**
   * Looks at the source, and publishes the changes. It never runs twice at the same time, and each
   * look sees the results of the one before.
   *
   * @return when the next look is due, if that is sooner than the interval brings it
   * @throws SourceUnavailableException if the source is out of reach for now
   */
  Optional<Duration> look();
}
