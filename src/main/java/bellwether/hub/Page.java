package bellwether.hub;

import bellwether.eventlog.LogEntry;
import bellwether.topic.Topic;
import bellwether.wire.ServerSentEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a subscription that fits one answer, for a client that asks again for what follows.
 * Confined to its subscriber.
 */
public final class Page implements EventSink {
  /*
   * Events of the log go on in the next page, after the id at which this one ends. The retained
   * state that a subscription opens with cannot: after the id of one of its parts come the events of
   * logs too, those from before it opened. So it comes whole or not at all, and has a limit of its
   * own.
   *
   * What comes after a gap is not to be mixed with what came before it: an answer tells of one gap,
   * before all of its events.
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
   * One event of the page.
   *
   * @param hasId whether its reader may know its id: see {@link EventSink#offerState}
   */
  public record Item(LogEntry entry, boolean hasId) {}

  /**
   * An empty page.
   *
   * @param mostEvents of the log
   * @param mostBytes of these, roughly; one fits in any case
   * @param mostStateBytes of the retained state
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

  /** Returns whether there is nothing that a client waits for. */
  public boolean isEmpty() {
    return items.isEmpty() && gap == null;
  }

  /** Returns whether there is more at once that found no room. */
  public boolean isFull() {
    return isFull;
  }

  /** Returns whether this page cannot be made: the retained state is larger than its limit. */
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
