package bellwether.eventlog;

import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The states that count: the latest of each retained topic that each reader may read. One thread at
 * a time adds, any may read.
 */
final class RetainedStates {
  private final ConcurrentSkipListMap<Long, LogEntry> byPosition = new ConcurrentSkipListMap<>();
  private final LatestStates<LogEntry> latest = new LatestStates<>();

  /** Adds a newer state, and returns those that it replaces. */
  List<LogEntry> put(LogEntry entry) {
    byPosition.put(entry.position(), entry);
    List<LogEntry> replaced = latest.put(StateKey.of(entry.publication()), entry);
    for (LogEntry older : replaced) {
      older.supersede(entry.position());
      byPosition.remove(older.position());
    }
    return replaced;
  }

  /** The latest for those who may read what has this key; null if there is none. */
  @Nullable LogEntry latest(StateKey key) {
    LogEntry own = latest.get(key);
    LogEntry common = key.isPublic() ? own : latest.get(key.ofPublic());
    if (own == null || common == null) {
      return own == null ? common : own;
    }
    return own.position() > common.position() ? own : common;
  }

  @Nullable LogEntry at(long position) {
    return byPosition.get(position);
  }

  /** Those at positions below this one, oldest first. */
  Collection<LogEntry> before(long position) {
    return byPosition.headMap(position, false).values();
  }

  /** Null if there is none. */
  @Nullable Long firstAfter(long position) {
    return byPosition.higherKey(position);
  }

  /** Reads in {@code (after, upTo]}, oldest first. */
  Batch read(long after, long upTo, EntryFilter wanted, int limit) {
    List<LogEntry> found = new ArrayList<>();
    for (LogEntry entry : byPosition.subMap(after, false, upTo, true).values()) {
      if (wanted.test(entry)) {
        found.add(entry);
        if (found.size() == limit) {
          return new Batch(found, entry.position());
        }
      }
    }
    return new Batch(found, upTo);
  }

  /**
   * Reads for who is behind a loss and has not been told of it: first the states from before it,
   * which are kept, then that it is there.
   *
   * @param lost the newest position that is gone
   * @param oldest where the other entries that are kept begin
   */
  ReadResult readBeforeLoss(
      long lost, long after, long upTo, long oldest, EntryFilter wanted, int limit) {
    Batch older = read(after, Math.min(lost - 1, upTo), wanted, limit);
    if (upTo < lost || !older.entries().isEmpty()) {
      return older;
    }
    Long next = firstAfter(lost);
    long other = Math.max(oldest, lost + 1);
    return new Evicted(lost, (next == null ? other : Math.min(next, other)) - 1);
  }
}
