package bellwether.eventlog;

import java.util.List;

/** What reading after a position may come to. None of these is an error. */
public sealed interface ReadResult {

  /**
   * Kept entries that were wanted, oldest first.
   *
   * @param entries what was found; empty when nothing up to {@code reached} was wanted
   * @param reached everything up to this position has been looked at
   */
  record Batch(List<LogEntry> entries, long reached) implements ReadResult {}

  /**
   * Retention has passed the reader: an entry it never saw, and that it may have wanted, is gone.
   * States that are kept from before that one come first: then this stands in its place, and who
   * goes on behind it does not meet it again.
   *
   * @param lostThrough the newest position that is gone
   * @param resumeAfter the position just before the oldest entry kept that is newer; it is not
   *     below {@code lostThrough}
   */
  record Evicted(long lostThrough, long resumeAfter) implements ReadResult {}

  /**
   * The answer needs the disk or the network: see {@link EventLog#readSlowly}.
   *
   * @param until everything after this position can be read without waiting
   */
  record Pending(long until) implements ReadResult {}

  /**
   * The next wanted entry has not been read, because it is larger than was allowed: see {@link
   * EventLog#readSlowly(Place, long, EntryFilter, int, long)}.
   *
   * @param bytes of it on the disk; in memory it takes several times as many while it is read
   */
  record TooLarge(long bytes) implements ReadResult {}
}
