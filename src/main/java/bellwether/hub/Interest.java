package bellwether.hub;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber asks the hub for.
 *
 * @param topics which topics
 * @param start from where
 * @param allRetained whether a resuming subscriber wants the retained state even if it is no newer
 *     than what it has, for a page that was reloaded
 * @param interval at most one event for each retained topic in this time; zero for every one
 * @param mayReadPrivate judges each private entry; must not block
 */
public record Interest(
    TopicSelector topics,
    StartingPoint start,
    boolean allRetained,
    Duration interval,
    Predicate<LogEntry> mayReadPrivate)
    implements EntryFilter {

  /** Public events on these topics from now on. */
  public static Interest in(TopicSelector topics) {
    return new Interest(topics, new StartingPoint.Newest(), false, Duration.ZERO, entry -> false);
  }

  public Interest from(StartingPoint newStart) {
    return new Interest(topics, newStart, allRetained, interval, mayReadPrivate);
  }

  @Override
  public boolean test(LogEntry entry) {
    return mayConcern(entry.publication().topics()) && mayRead(entry);
  }

  @Override
  public boolean mayConcern(List<Topic> published) {
    return topics.matchesAny(published);
  }

  @Override
  public @Nullable Set<Topic> exactTopics() {
    return topics.exactTopics();
  }

  boolean mayRead(LogEntry entry) {
    return !entry.publication().isPrivate() || mayReadPrivate.test(entry);
  }
}
