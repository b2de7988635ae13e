package bellwether.eventlog;

import bellwether.topic.Topic;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * An append-only sequence of entries, readable after any position still kept. Positions count up
 * from 1; 0 is the place before the first. Any thread may call anything.
 *
 * <p>Two kinds of entry are kept differently. A <em>retained</em> one is a state: it is kept until
 * a newer one on its first topic replaces it, however old it grows, and its replacing is no loss.
 * Every other is an event of a log: it is kept as long as retention allows, and its going is a loss
 * that readers who had not passed it are told of.
 */
public interface EventLog extends AutoCloseable {
  /** Of how many entries with one publisher's id the wanted one is looked for. */
  int MAX_OF_ONE_ID = 1000;

  /**
   * Appends all of them or none, and returns once they are visible to readers, which is when the
   * log's policy calls them safe. They stand in the given order, with nobody else's between them.
   * May wait for a disk.
   *
   * @param retained which topics are states
   * @return what each has become; for an idempotency key still kept, the entry of the first time
   * @throws LogUnavailableException if they could not be kept; then nobody will ever read them
   */
  List<LogEntry> append(List<Publication> publications, Predicate<Topic> retained);

  /** Appends one. */
  default EventId append(Publication publication, boolean retained) {
    return append(List.of(publication), topic -> retained).get(0).id();
  }

  /** The newest visible position. */
  long newest();

  /** The oldest position from which on everything is still kept; one past the newest if none is. */
  long oldest();

  /** The newest position of an entry that was lost to retention. */
  long lostThrough();

  /** The id of a position, whether or not an entry stands there. */
  EventId idAt(long position);

  /**
   * Finds an id of this log's, or one a publisher gave. A publisher's is that of the newest wanted
   * entry that has it, among the newest {@link #MAX_OF_ONE_ID} that have it; others' entries
   * neither hide that nor come out. May wait for a disk.
   *
   * @param wanted by whoever asks: what it may read, and has asked for
   * @throws LogUnavailableException if that fails
   */
  Lookup find(String id, EntryFilter wanted);

  /** The same, for who may read everything. */
  default Lookup find(String id) {
    return find(id, entry -> true);
  }

  /**
   * The position after which everything from this time on stands, lost entries included; the newest
   * if nothing does. May wait for a disk.
   *
   * @throws LogUnavailableException if that fails
   */
  long positionBefore(Instant time);

  /**
   * Reads what is kept behind a place, up to {@code upTo}, oldest first. Never waits: what that
   * would take is {@link ReadResult.Pending}.
   *
   * @param limit most entries to return
   */
  ReadResult read(Place place, long upTo, EntryFilter wanted, int limit);

  /**
   * The same, waiting if need be, so it is never pending. Not for a thread that others count on.
   *
   * @throws LogUnavailableException if the disk fails
   */
  default ReadResult readSlowly(Place place, long upTo, EntryFilter wanted, int limit) {
    return read(place, upTo, wanted, limit);
  }

  /**
   * The same, but does not read an entry of more bytes than that: it is {@link
   * ReadResult.TooLarge}, and whoever wants it sees to it first that there is room in memory.
   *
   * @throws LogUnavailableException if the disk fails
   */
  default ReadResult readSlowly(
      Place place, long upTo, EntryFilter wanted, int limit, long mostBytes) {
    return readSlowly(place, upTo, wanted, limit);
  }

  /** Reads the retained state in {@code (after, upTo]}, oldest first. Never waits. */
  ReadResult.Batch readRetained(long after, long upTo, EntryFilter wanted, int limit);

  /** Whether it takes entries now, as far as it knows. */
  default boolean isAvailable() {
    return true;
  }

  /** Registers the one listener called, on any thread, after entries became readable. */
  void onReadable(Runnable listener);

  @Override
  void close();
}
