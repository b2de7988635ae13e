package bellwether.eventlog;

import bellwether.topic.Topic;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * An append-only sequence of entries, readable after any position still kept. Positions count up
 * from 1; 0 is the place before the first. All methods are thread-safe.
 *
 * <p>Two kinds of entry are kept differently. A <em>retained</em> entry is a state: it is kept,
 * however old it grows, until a newer one on its first topic replaces it, and being replaced is not
 * a loss. Every other entry is an event: it is kept as long as retention allows, and dropping it is
 * a loss that is told to readers who had not passed it.
 */
public interface EventLog extends AutoCloseable {
  /** The number of entries with one publisher's id among which the wanted one is looked for. */
  int MAX_OF_ONE_ID = 1000;

  /**
   * Appends all of the publications or none, and returns once they are visible to readers, which is
   * when the log's policy calls them safe. They are in the given order, with no other publisher's
   * between them. May wait for a disk.
   *
   * @param retained which topics are states
   * @return the entry of each; for an idempotency key still kept, the entry that it made the first
   *     time
   * @throws LogUnavailableException if they could not be kept; then no reader will ever see them
   * @throws AppendInDoubtException if the outcome is unknown: no reader sees them now, but they may
   *     be found when the log is opened after a crash
   */
  List<LogEntry> append(List<Publication> publications, Predicate<Topic> retained);

  /**
   * Appends as {@link #append(List, Predicate)} does, but never waits for a disk: the result is
   * completed once the entries are visible and readers have been told, or with the exception that
   * the other method would throw. Entries stand in the order of submission.
   *
   * <p>The result may be complete already; else a thread of the log completes it. Do not hold that
   * thread, for example by writing to a client: attach such work with an executor of your own
   * ({@link CompletableFuture#whenCompleteAsync}).
   */
  default CompletableFuture<List<LogEntry>> submit(
      List<Publication> publications, Predicate<Topic> retained) {
    try {
      return CompletableFuture.completedFuture(append(publications, retained));
    } catch (LogUnavailableException | AppendInDoubtException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Appends one publication. */
  default EventId append(Publication publication, boolean retained) {
    return append(List.of(publication), topic -> retained).get(0).id();
  }

  /** Returns the newest visible position. */
  long newest();

  /**
   * Returns the oldest position from which on every entry is still kept; one past the newest if
   * none is.
   */
  long oldest();

  /** Returns the newest position of an entry that was lost to retention, or otherwise. */
  long lostThrough();

  /** Returns the newest position of an entry that is lost to a reader at this place. */
  default long lostThrough(long after) {
    return lostThrough();
  }

  /**
   * Returns how many entries a reader at one position is behind another one. A log may skip
   * positions, which are not counted.
   */
  default long countBetween(long from, long to) {
    return to - from;
  }

  /** Returns the id of a position, whether or not an entry has it. */
  EventId idAt(long position);

  /**
   * Finds the position of one of this log's ids, or of an id that a publisher gave. A publisher's
   * id stands for the newest wanted entry among the newest {@link #MAX_OF_ONE_ID} that have it;
   * entries that are not wanted neither hide that one nor are revealed. May wait for a disk.
   *
   * @param wanted passes the entries that the reader may read and has asked for
   * @throws LogUnavailableException if the disk fails
   */
  Lookup find(String id, EntryFilter wanted);

  /** Finds an id for a reader that may read everything. */
  default Lookup find(String id) {
    return find(id, entry -> true);
  }

  /**
   * Returns the position after which all entries from this time on follow, lost entries included;
   * the newest position if there are none. May wait for a disk.
   *
   * @throws LogUnavailableException if the disk fails
   */
  long positionBefore(Instant time);

  /**
   * Reads the entries kept behind a place, up to {@code upTo}, oldest first. Never waits: if it
   * would have to, the result is {@link ReadResult.Pending}.
   *
   * @param limit the most entries to return
   */
  ReadResult read(Place place, long upTo, EntryFilter wanted, int limit);

  /**
   * Reads as {@link #read} does, but waits if need be, so the result is never pending. Not for a
   * thread that must not block.
   *
   * @param mostBytes the size of the largest entry to read from the disk: at a larger one the
   *     result is {@link ReadResult.TooLarge}, and the caller has to reserve room in memory first
   * @throws LogUnavailableException if the disk fails
   */
  default ReadResult readSlowly(
      Place place, long upTo, EntryFilter wanted, int limit, long mostBytes) {
    return read(place, upTo, wanted, limit);
  }

  /** Reads entries of any size, and waits if need be. */
  default ReadResult readSlowly(Place place, long upTo, EntryFilter wanted, int limit) {
    return readSlowly(place, upTo, wanted, limit, Long.MAX_VALUE);
  }

  /** Reads the retained entries in {@code (after, upTo]}, oldest first. Never waits. */
  ReadResult.Batch readRetained(long after, long upTo, EntryFilter wanted, int limit);

  /**
   * Returns a result that is completed when all can be read here that had been acknowledged when
   * this was called, by any of the servers that share the log; it fails with {@link
   * LogUnavailableException} if their store does not answer. A thread of the log may complete it,
   * which must not be held.
   */
  default CompletableFuture<Void> caughtUp() {
    return CompletableFuture.completedFuture(null);
  }

  /** Returns whether the log takes entries now, as far as it knows. */
  default boolean isAvailable() {
    return true;
  }

  /**
   * Registers the one listener, which is called on any thread after entries became readable: once
   * for all that became readable together, and before their publishers are answered. It must not
   * wait, least of all for an append.
   */
  void onReadable(Runnable listener);

  @Override
  void close();
}
