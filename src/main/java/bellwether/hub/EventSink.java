package bellwether.hub;

import bellwether.eventlog.LogEntry;
import bellwether.wire.ServerSentEvent;

/**
 * The receiver of the events that a subscription reads. Each method takes its argument whole, or
 * refuses it; then the event is offered again at the next poll.
 */
public interface EventSink {
  /**
   * The time of an event whose age means nothing: a control event, a state, or a replayed event.
   */
  long AGELESS = Long.MIN_VALUE;

  /**
   * The size in bytes up to which a sink that writes copies a frame when it takes it. It may keep a
   * larger frame until the next poll.
   */
  int COPIED = 8 << 10;

  /**
   * Takes an event of the log, in order.
   *
   * @param since when the event was published, as {@link System#nanoTime}, or {@link #AGELESS}
   */
  boolean offerEvent(LogEntry entry, long since);

  /**
   * Takes an event of the retained state, with which a subscription may open.
   *
   * @param hasId whether the event has an id, which moves the client; if not, a later event moves
   *     it, or the state may be older than the client's id
   */
  boolean offerState(LogEntry entry, boolean hasId);

  /** Takes a {@code cursor} event, which has an id. */
  boolean offerCursor(ServerSentEvent cursor);

  /** Takes the news of a loss. */
  boolean offerGap(Gap gap);
}
