package bellwether.eventlog;

import bellwether.topic.Topic;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A filter that says which entries a reader wants. Called on the reading thread; must not block.
 */
@FunctionalInterface
public interface EntryFilter extends Predicate<LogEntry> {

  /**
   * Returns whether an entry on these topics may be wanted at all. A log that does not keep its
   * entries in memory asks this first, and fetches only those.
   */
  default boolean mayConcern(List<Topic> topics) {
    return true;
  }

  /**
   * Returns topics of which every wanted entry has one, or null if entries on other topics may be
   * wanted.
   */
  default @Nullable Set<Topic> exactTopics() {
    return null;
  }
}
