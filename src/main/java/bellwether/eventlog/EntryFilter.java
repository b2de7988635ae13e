package bellwether.eventlog;

import bellwether.topic.Topic;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a reader wants of a log. Asked on the reading thread; must not block. */
@FunctionalInterface
public interface EntryFilter extends Predicate<LogEntry> {

  /**
   * Whether an entry on these topics may be wanted at all. A log that keeps its entries elsewhere
   * asks this first, and does not fetch the others.
   */
  default boolean mayConcern(List<Topic> topics) {
    return true;
  }

  /** Topics of which a wanted entry has one; null if it may have others. */
  default @Nullable Set<Topic> exactTopics() {
    return null;
  }
}
