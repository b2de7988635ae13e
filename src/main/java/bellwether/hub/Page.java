package bellwether.hub;

import bellwether.eventlog.LogEntry;
import bellwether.topic.Topic;
import bellwether.wire.ServerSentEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a subscription that fits into one answer, for a client that asks again for the next
 * part. Confined to its subscriber.
 */
public final class Page implements EventSink {
  /*
   * Events of the log go on in the next page, after the id at which this one ends. The retained
   * states that a subscription opens with cannot go on there: after the id of a state, events of
   * log topics from before the opening would follow, too. So the states come whole or not at all,
   * and have a limit of their own.
   *
   * Events after a gap must not be mixed with those before it: an answer tells of one gap, before
   * all of its events.
   */
  private final int mostEvents;
  private final long mostBytes;
  private final long mostStateBytes;

  private final List<Item> items = new ArrayList<>();
  private @Nullable Gap gap;
  private int events; // of the log
  private long eventBytes;
  private long stateBytes;
  private boolean isFull;
  private boolean isStateTooLarge;

  /**
   * An event of the page.
   *
   * @param hasId whether the client gets the event's id: see {@link EventSink#offerState}
   */
  public record Item(LogEntry entry, boolean hasId) {}

  /**
   * Creates an empty page.
   *
   * @param mostEvents the most events of log topics
   * @param mostBytes the most bytes of these, roughly; one event fits in any case
   * @param mostStateBytes the most bytes of the retained states
   */
  public Page(int mostEvents, long mostBytes, long mostStateBytes) {
    this.mostEvents = mostEvents;
    this.mostBytes = mostBytes;
    this.mostStateBytes = mostStateBytes;
  }

  @Override
  public boolean offerEvent(LogEntry entry, long since) {
    long size = sizeOf(entry);
    if (isFull || (events > 0 && (events == mostEvents || eventBytes + size > mostBytes))) {
      isFull = true;
      return false;
    }
    events++;
    eventBytes += size;
    return items.add(new Item(entry, true));
  }

  @Override
  public boolean offerState(LogEntry entry, boolean hasId) {
    stateBytes += sizeOf(entry);
    if (stateBytes > mostStateBytes) {
      isStateTooLarge = true;
      return false;
    }
    return items.add(new Item(entry, hasId));
  }

  @Override
  public boolean offerCursor(ServerSentEvent cursor) {
    return true; // it says what the subscription knows by itself
  }

  @Override
  public boolean offerGap(Gap told) {
    if (events > 0 || gap != null) {
      isFull = true;
      return false;
    }
    gap = told;
    return true;
  }

  /** Returns the events, in order. */
  public List<Item> items() {
    return Collections.unmodifiableList(items);
  }

  /** Returns the gap before all events; null if there is none. */
  public @Nullable Gap gap() {
    return gap;
  }

  /** Returns the size of what the page holds, in bytes as a stream would have them; roughly. */
  public int size() {
    return (int) Math.min(Integer.MAX_VALUE, eventBytes + stateBytes);
  }

  /** Returns whether the page has nothing that a client waits for. */
  public boolean isEmpty() {
    return items.isEmpty() && gap == null;
  }

  /** Returns whether there are more events that did not fit. */
  public boolean isFull() {
    return isFull;
  }

  /**
   * Returns whether this page cannot be made, because the retained states are larger than their
   * limit.
   */
  public boolean isStateTooLarge() {
    return isStateTooLarge;
  }

  private static long sizeOf(LogEntry entry) {
    long size = entry.frame().length;
    for (Topic topic : entry.publication().topics()) {
      size += topic.name().length();
    }
    return size;
  }
}
