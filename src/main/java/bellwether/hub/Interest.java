package bellwether.hub;

import bellwether.eventlog.ControlEntry;
import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.LogEntry;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber's request to the hub.
 *
 * @param topics the topics
 * @param start the place to start from
 * @param allRetained whether a resuming subscriber wants the retained state even if it is no newer
 *     than what it has, for a page that was reloaded
 * @param interval at most one event for each retained topic in this time; zero for every one
 * @param mayReadPrivate judges each private entry; must not block
 * @param cursorData gives the data of the opening cursor event: {@link #NO_DATA}, or the stream's
 *     URL; null to send no cursor events at all, to clients that would not know them. Then the
 *     states that open a stream have their ids, since nothing else would give the client one
 * @param tellsGaps whether the subscriber is sent gap events; if not, only {@link
 *     Cursor#lastEventIdHeader} tells of lost events, and a subscriber that loses some later is
 *     {@linkplain Subscriber#overtaken ended}
 * @param has judges which of the retained states the subscriber already has; null for none
 */
public record Interest(
    TopicSelector topics,
    StartingPoint start,
    boolean allRetained,
    Duration interval,
    Predicate<LogEntry> mayReadPrivate,
    @Nullable Supplier<String> cursorData,
    boolean tellsGaps,
    @Nullable Predicate<LogEntry> has)
    implements EntryFilter {
  /** The data of a cursor event that only moves the cursor: an empty object. */
  public static final String NO_DATA = "{}";

  /**
   * Creates an interest as most subscribers have it: with plain cursor events, for a subscriber
   * that has no retained state yet.
   */
  public Interest(
      TopicSelector topics,
      StartingPoint start,
      boolean allRetained,
      Duration interval,
      Predicate<LogEntry> mayReadPrivate) {
    this(topics, start, allRetained, interval, mayReadPrivate, Interest::noData, true, null);
  }

  /** Returns an interest in the public events on these topics from now on. */
  public static Interest in(TopicSelector topics) {
    return new Interest(topics, StartingPoint.Newest.ONLY, false, Duration.ZERO, entry -> false);
  }

  public Interest from(StartingPoint newStart) {
    return new Interest(
        topics, newStart, allRetained, interval, mayReadPrivate, cursorData, tellsGaps, has);
  }

  public Interest telling(@Nullable Supplier<String> newCursorData) {
    return new Interest(
        topics, start, allRetained, interval, mayReadPrivate, newCursorData, tellsGaps, has);
  }

  /** Returns this interest without any of the server's own events. */
  public Interest withoutControlEvents() {
    return new Interest(topics, start, allRetained, interval, mayReadPrivate, null, false, has);
  }

  /**
   * Returns this interest for a {@link Page}: without a pace, and with lost events reported beside
   * the others.
   */
  public Interest onPages() {
    return new Interest(
        topics, start, allRetained, Duration.ZERO, mayReadPrivate, Interest::noData, true, has);
  }

  public Interest readingPrivate(Predicate<LogEntry> newMayReadPrivate) {
    return new Interest(
        topics, start, allRetained, interval, newMayReadPrivate, cursorData, tellsGaps, has);
  }

  public Interest in(TopicSelector newTopics, Duration newInterval) {
    return new Interest(
        newTopics, start, allRetained, newInterval, mayReadPrivate, cursorData, tellsGaps, has);
  }

  /**
   * Returns this interest for a subscriber that resumes at a place and already has some of the
   * retained state.
   */
  Interest goingOn(StartingPoint place, Predicate<LogEntry> newHas) {
    return new Interest(
        topics, place, true, interval, mayReadPrivate, cursorData, tellsGaps, newHas);
  }

  @Override
  public boolean test(LogEntry entry) {
    return mayConcern(entry.publication().topics()) && mayRead(entry) && !ControlEntry.is(entry);
  }

  @Override
  public boolean mayConcern(List<Topic> published) {
    return topics.matchesAny(published);
  }

  @Override
  public @Nullable Set<Topic> exactTopics() {
    return topics.exactTopics();
  }

  /** Returns whether this interest changes an open stream, and goes on at its place. */
  boolean isGoingOn() {
    return has != null;
  }

  /** Returns a filter of the retained states that the subscriber gets when its stream opens. */
  EntryFilter states() {
    return has == null ? this : entry -> test(entry) && !has.test(entry);
  }

  boolean mayRead(LogEntry entry) {
    return !entry.publication().isPrivate() || mayReadPrivate.test(entry);
  }

  private static String noData() {
    return NO_DATA;
  }
}
