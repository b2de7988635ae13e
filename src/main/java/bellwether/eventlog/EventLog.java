package bellwether.eventlog;

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

  /**
   * Appends, and returns once the entries are visible to readers. They stand in the given order,
   * with nobody else's between them.
   *
   * @param retained which topics are states
   * @return what each has become; for an idempotency key still kept, the entry of the first time
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

  /** Finds an id of this log's, or one a publisher gave. */
  Lookup find(String id);

  /**
   * Reads what is kept in {@code (after, upTo]}, oldest first.
   *
   * @param forgiven losses up to here have been told to the reader already and are not told again
   * @param wanted which entries to return; called on the reading thread, must not block
   * @param limit most entries to return
   */
  ReadResult read(long after, long forgiven, long upTo, Predicate<LogEntry> wanted, int limit);

  /** Reads the retained state in {@code (after, upTo]}, oldest first. */
  ReadResult.Batch readRetained(long after, long upTo, Predicate<LogEntry> wanted, int limit);

  /** Registers the one listener called, on any thread, after entries became readable. */
  void onReadable(Runnable listener);

  @Override
  void close();
}
