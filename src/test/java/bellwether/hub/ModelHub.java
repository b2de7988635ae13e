package bellwether.hub;

import bellwether.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The hub as one would explain it: a list of entries, and for each reader a filter and a position.
 * It keeps everything for ever and only notes what a real log would have let go.
 */
final class ModelHub {
  /** One entry; positions count from 1. */
  record Entry(
      long position,
      List<Topic> topics,
      boolean isPrivate,
      boolean retained,
      @Nullable String ownId) {
    Topic first() {
      return topics.get(0);
    }

    /** Whether whoever may read the other, a state of the same topic, may read this. */
    boolean replaces(Entry older) {
      boolean isForAll =
          !isPrivate || (older.isPrivate && Set.copyOf(topics).equals(Set.copyOf(older.topics)));
      return retained && older.retained && first().equals(older.first()) && isForAll;
    }
  }

  final int capacity;
  final long inMemory; // of the newest entries; the fan-out looks at no others
  final List<Entry> entries = new ArrayList<>();
  long oldestInRing = 1;
  long lostThrough;
  long examined;
  int conflated; // how often a reader passed by a state that a newer one had replaced

  /**
   * @param capacity when it lets go of entries by itself; none by itself if it is large
   */
  ModelHub(int capacity) {
    this(capacity, Long.MAX_VALUE / 2);
  }

  ModelHub(int capacity, long inMemory) {
    this.capacity = capacity;
    this.inMemory = inMemory;
  }

  long newest() {
    return entries.size();
  }

  Entry publish(List<Topic> topics, boolean isPrivate, boolean retained, @Nullable String ownId) {
    evictTo(newest() - capacity + 2);
    Entry entry = new Entry(newest() + 1, topics, isPrivate, retained, ownId);
    entries.add(entry);
    return entry;
  }

  /** Lets go of what is older. */
  void evictTo(long oldest) {
    while (oldestInRing < oldest) {
      if (!at(oldestInRing).retained()) {
        lostThrough = oldestInRing;
      }
      oldestInRing++;
    }
  }

  Entry at(long position) {
    return entries.get((int) position - 1);
  }

  /**
   * Whether the entry is its retained topic's latest, for those who may read it, when the log ends
   * at {@code head}.
   */
  boolean isLatest(Entry entry, long head) {
    for (long p = entry.position() + 1; p <= head; p++) {
      if (at(p).replaces(entry)) {
        return false;
      }
    }
    return true;
  }

  boolean isKept(Entry entry) {
    return entry.position() >= oldestInRing || (entry.retained() && isLatest(entry, newest()));
  }

  /** The latest state of every retained topic for each that may read it, oldest first. */
  List<Entry> state() {
    return entries.stream().filter(e -> e.retained() && isLatest(e, newest())).toList();
  }

  /** The newest of those that are kept, have this id of their publisher's and are wanted; or -1. */
  long find(String ownId, Predicate<Entry> wanted) {
    return entries.stream()
        .filter(e -> ownId.equals(e.ownId()) && isKept(e) && wanted.test(e))
        .mapToLong(Entry::position)
        .max()
        .orElse(-1);
  }

  long firstKeptAfter(long position) {
    for (long p = position + 1; p <= newest(); p++) {
      if (isKept(at(p))) {
        return p;
      }
    }
    return newest() + 1;
  }
}
