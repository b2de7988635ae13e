package bellwether.eventlog;

import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The latest entry of each retained topic. One thread at a time adds, any may read. */
final class RetainedStates {
  private final ConcurrentSkipListMap<Long, LogEntry> byPosition = new ConcurrentSkipListMap<>();
  private final Map<Topic, LogEntry> latest = new ConcurrentHashMap<>();

  /** Adds a newer state, and returns the one that it replaces. */
  @Nullable LogEntry put(LogEntry entry) {
    byPosition.put(entry.position(), entry);
    LogEntry previous = latest.put(topicOf(entry), entry);
    if (previous != null) {
      previous.supersede(entry.position());
      byPosition.remove(previous.position());
    }
    return previous;
  }

  /** Null if the topic has none. */
  @Nullable LogEntry latest(Topic topic) {
    return latest.get(topic);
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

  private static Topic topicOf(LogEntry entry) {
    return entry.publication().topics().get(0);
  }
}
