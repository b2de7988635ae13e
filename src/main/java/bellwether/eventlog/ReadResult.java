package bellwether.eventlog;

import java.util.List;

/** The result of reading after a position. No variant is an error. */
public sealed interface ReadResult {

  /**
   * The kept entries that were wanted, oldest first.
   *
   * @param entries the entries found; empty when nothing up to {@code reached} was wanted
   * @param reached everything up to this position has been looked at
   */
  record Batch(List<LogEntry> entries, long reached) implements ReadResult {}

  /**
   * The answer when retention has passed the reader: an entry that it never saw, and that it may
   * have wanted, is gone. Retained entries from before that one are returned first; then this
   * answer stands in its place, and a reader that goes on after it does not get it again.
   *
   * @param lostThrough the newest position that is gone
   * @param resumeAfter the position just before the oldest entry kept that is newer; it is not
   *     below {@code lostThrough}
   * @param isUndone whether the reader may have read what is gone, because the log has gone back to
   *     an earlier state of itself: then an older state than the reader knows is the latest again
   */
  record Evicted(long lostThrough, long resumeAfter, boolean isUndone) implements ReadResult {
    public Evicted(long lostThrough, long resumeAfter) {
      this(lostThrough, resumeAfter, false);
    }
  }

  /**
   * The answer when reading needs the disk or the network: see {@link EventLog#readSlowly}.
   *
   * @param until everything after this position can be read without waiting
   */
  record Pending(long until) implements ReadResult {}

  /**
   * The answer when the next wanted entry has not been read, because it is larger than was allowed:
   * see {@link EventLog#readSlowly(Place, long, EntryFilter, int, long)}.
   *
   * @param bytes its size on the disk; in memory it takes several times as many while it is read
   */
  record TooLarge(long bytes) implements ReadResult {}
}
