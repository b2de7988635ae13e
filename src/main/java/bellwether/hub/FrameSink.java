package bellwether.hub;

import bellwether.eventlog.LogEntry;
import bellwether.wire.EventStreamEncoder;
import bellwether.wire.ServerSentEvent;

/** A sink for bytes as they are sent: a connection's next write. */
public interface FrameSink extends EventSink {

  /**
   * Takes the bytes from {@code offset} on, or refuses them all. The array is shared and must not
   * be changed. An empty sink refuses nothing.
   *
   * @param since when the event was published, as {@link System#nanoTime}, or {@link #AGELESS}
   */
  boolean offer(byte[] frame, int offset, long since);

  @Override
  default boolean offerEvent(LogEntry entry, long since) {
    return offer(entry.frame(), 0, since);
  }

  @Override
  default boolean offerState(LogEntry entry, boolean hasId) {
    return offer(entry.frame(), hasId ? 0 : entry.idLength(), AGELESS);
  }

  @Override
  default boolean offerCursor(ServerSentEvent cursor) {
    return offer(EventStreamEncoder.encode(cursor), 0, AGELESS);
  }

  @Override
  default boolean offerGap(Gap gap) {
    return offer(EventStreamEncoder.encode(gap.event()), 0, AGELESS);
  }
}
