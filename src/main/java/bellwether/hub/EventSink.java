package bellwether.hub;

import bellwether.eventlog.LogEntry;
import bellwether.wire.ServerSentEvent;

/**
 * The receiver of what a subscription reads. Each method takes all of what it is given, or refuses
 * it; then it is offered again at the next poll.
 */
public interface EventSink {
  /** The time of an event whose age means nothing: control events, states, and what is replayed. */
  long AGELESS = Long.MIN_VALUE;

  /**
   * Bytes of a frame up to which a sink that writes has copied it when it has taken it. A larger
   * one it may keep until the next poll.
   */
  int COPIED = 8 << 10;

  /**
   * Takes what comes in its place in the log.
   *
   * @param since when news was published, as {@link System#nanoTime}, or {@link #AGELESS}
   */
  boolean offerEvent(LogEntry entry, long since);

  /**
   * Takes a part of the retained state, with which a subscription may open.
   *
   * @param hasId whether it moves the client's cursor; else something that follows does, or it may
   *     be older than that
   */
  boolean offerState(LogEntry entry, boolean hasId);

  /** Takes a {@code cursor} event, which has an id. */
  boolean offerCursor(ServerSentEvent cursor);

  /** Takes the news of a loss. */
  boolean offerGap(Gap gap);
}
