package bellwether.eventlog;

import bellwether.topic.Topic;
import bellwether.wire.EventStreamEncoder;
import bellwether.wire.ServerSentEvent;
import java.time.Instant;

/**
 * One event in the log, with the bytes that every reader shares. Immutable but for the mark that a
 * newer state of its retained topic has replaced it.
 */
public final class LogEntry {
  /** For entries that were not appended in this life of the process: when, no clock says. */
  public static final long AGELESS = Long.MIN_VALUE;

  private static final long ABANDONED = 0; // in place of the position of a newer one
  private static final int OBJECT_OVERHEAD = 256; // bytes, roughly, for limits by size

  private final EventId id;
  private final Instant time;
  private final long publishedAt;
  private final Publication publication;
  private final boolean retained;
  private final byte[] frame;
  private final int idLength;

  // Written once, by the appender, before the newer entry becomes visible.
  private volatile long supersededBy = Long.MAX_VALUE;

  public LogEntry(
      EventId id, Instant time, long publishedAt, Publication publication, boolean retained) {
    ServerSentEvent event = publication.event(id);
    this.id = id;
    this.time = time;
    this.publishedAt = publishedAt;
    this.publication = publication;
    this.retained = retained;
    this.frame = EventStreamEncoder.encode(event);
    this.idLength = EventStreamEncoder.idLength(event);
  }

  public EventId id() {
    return id;
  }

  /** The id that readers see: the publisher's own, or else ours. */
  public String publicId() {
    return publication.publicId(id);
  }

  public long position() {
    return id.position();
  }

  public Instant time() {
    return time;
  }

  /** When it was appended, as {@link System#nanoTime}; or {@link #AGELESS}. */
  public long publishedAt() {
    return publishedAt;
  }

  public Publication publication() {
    return publication;
  }

  /** Whether this is a state, of which only the latest counts, and not an event of a log. */
  public boolean isRetained() {
    return retained;
  }

  /** Whether a newer state of the same topic stood in the log when {@code head} was its newest. */
  public boolean isSupersededAt(long head) {
    return supersededBy <= head;
  }

  /**
   * The event as it goes over the wire, id line first, made once and shared by all readers. Nobody
   * may change the array: it is handed out bare because a copy for each reader is what we avoid.
   */
  public byte[] frame() {
    return frame;
  }

  /** Bytes of the id line at the front of the frame: what to skip to send it without its id. */
  public int idLength() {
    return idLength;
  }

  public void supersede(long position) {
    supersededBy = position;
  }

  /** Marks it as one that never came to be. */
  void abandon() {
    supersededBy = ABANDONED;
  }

  boolean isAbandoned() {
    return supersededBy == ABANDONED;
  }

  public boolean isLatest() {
    return supersededBy == Long.MAX_VALUE;
  }

  /** What this entry costs in memory, in bytes, near enough for a limit. */
  long weight() {
    long characters = publication.data().length();
    for (Topic topic : publication.topics()) {
      characters += topic.name().length();
    }
    String key = publication.idempotencyKey();
    characters += key == null ? 0 : key.length();
    return OBJECT_OVERHEAD + frame.length + 2 * characters;
  }
}
