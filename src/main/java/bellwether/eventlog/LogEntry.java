package bellwether.eventlog;

import bellwether.topic.Topic;
import bellwether.wire.EventStreamEncoder;
import bellwether.wire.ServerSentEvent;
import java.time.Instant;

/**
 * One event in the log, with the bytes that every reader shares. Immutable except for the mark that
 * a newer entry of its retained topic has replaced it.
 */
public final class LogEntry {
  /**
   * The publishing time of entries that were not appended in this life of the process: no clock can
   * tell how old they are.
   */
  public static final long AGELESS = Long.MIN_VALUE;

  private static final long ABANDONED = 0; // in place of the position of a newer entry
  private static final int OBJECT_OVERHEAD = 256; // bytes, an estimate, for limits by size

  private final EventId id;
  private final Instant time;
  private final long publishedAt;
  private final Publication publication;
  private final boolean retained;
  private final byte[] frame;
  private final int idLength;
  private final long weight;

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
    this.frame = EventStreamEncoder.encode(event, publication.utf8());
    this.idLength = EventStreamEncoder.idLength(event);
    this.weight = weightOf(publication, frame.length);
  }

  public EventId id() {
    return id;
  }

  /** Returns the id that readers see: the publisher's own, or else the log's. */
  public String publicId() {
    return publication.publicId(id);
  }

  public long position() {
    return id.position();
  }

  public Instant time() {
    return time;
  }

  /** Returns when the entry was appended, as {@link System#nanoTime}; or {@link #AGELESS}. */
  public long publishedAt() {
    return publishedAt;
  }

  public Publication publication() {
    return publication;
  }

  /**
   * Returns whether the entry is retained: a state, of which only the latest counts, and not an
   * event of a log topic.
   */
  public boolean isRetained() {
    return retained;
  }

  /**
   * Returns whether the log had a newer state of the same topic when {@code head} was its newest
   * position.
   */
  public boolean isSupersededAt(long head) {
    return supersededBy <= head;
  }

  /**
   * Returns the event's bytes on the wire, id line first, made once and shared by all readers.
   * Callers must not change the array: it is shared to avoid a copy for each reader.
   */
  public byte[] frame() {
    return frame;
  }

  /**
   * Returns the length of the id line at the front of the frame, in bytes: skip it to send the
   * frame without its id.
   */
  public int idLength() {
    return idLength;
  }

  public void supersede(long position) {
    supersededBy = position;
  }

  /** Marks the entry as one whose append failed. */
  void abandon() {
    supersededBy = ABANDONED;
  }

  boolean isAbandoned() {
    return supersededBy == ABANDONED;
  }

  public boolean isLatest() {
    return supersededBy == Long.MAX_VALUE;
  }

  /** Returns an estimate, in bytes, of what this entry costs in memory: near enough for a limit. */
  public long weight() {
    return weight;
  }

  /**
   * Counted when the entry is made: a ring that adds it must not allocate, as an iterator would.
   */
  private static long weightOf(Publication publication, int frame) {
    long characters = publication.data().length();
    for (Topic topic : publication.topics()) {
      characters += topic.name().length();
    }
    String key = publication.idempotencyKey();
    characters += key == null ? 0 : key.length();
    return OBJECT_OVERHEAD + frame + 2 * characters;
  }
}
