package bellwether.eventlog.shared;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Place;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.Ring;
import bellwether.eventlog.shared.View.Hole;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Entries that this node had read, and that the store has lost since. A reader that had read any of
 * those that it wanted has to be told.
 *
 * @param hole the positions of these entries, and those that were skipped after them
 * @param entries the entries, oldest first; null if they are not known any more, so that all
 *     readers that may have read any have to be told
 */
record LostPart(Hole hole, @Nullable List<LogEntry> entries) {
  private static final int MOST = 1000; // entries: each reader looks through all of them, once
  private static final long MOST_BYTES = 1 << 20;
  private static final int REMEMBERED = 16; // parts: by then no reader is still at an older one

  /** Takes the entries of the hole from the memory that they are in. */
  static LostPart from(Ring ring, Hole hole) {
    long first = hole.after() + 1;
    if (ring.oldest() > first || ring.newest() - first >= MOST) {
      return new LostPart(hole, null);
    }
    List<LogEntry> entries = new ArrayList<>();
    long bytes = 0;
    for (long position = first; position <= ring.newest(); position++) {
      LogEntry entry = ring.at(position);
      bytes += entry == null ? 0 : entry.weight();
      if (entry == null || bytes > MOST_BYTES) {
        return new LostPart(hole, null);
      }
      entries.add(entry);
    }
    return new LostPart(hole, entries);
  }

  /** Returns the parts with one more; of old ones only the hole is remembered. */
  static List<LostPart> and(List<LostPart> parts, LostPart newest) {
    List<LostPart> all = new ArrayList<>(parts);
    if (parts.size() >= REMEMBERED) {
      int old = parts.size() - REMEMBERED;
      all.set(old, new LostPart(parts.get(old).hole, null));
    }
    all.add(newest);
    return List.copyOf(all);
  }

  /**
   * Returns whether a reader at a place had read any of the entries, whether it wanted them or not.
   */
  boolean has(long after) {
    return after > hole.after() && after < hole.through();
  }

  /** Returns the batch; if it has none of the lost entries, it reaches past them. */
  Batch reachingPast(Batch batch) {
    List<LogEntry> found = batch.entries();
    boolean isAny = !found.isEmpty() && found.get(found.size() - 1).position() > hole.after();
    return isAny ? batch : new Batch(found, hole.through());
  }

  /**
   * Returns whether a reader at such a place has to be told: it has not been told, and had read an
   * entry that it wanted.
   */
  boolean isToBeTold(Place place, EntryFilter wanted) {
    if (!place.isBehind(hole.through())) {
      return false;
    }
    if (entries == null) {
      return true;
    }
    for (LogEntry entry : entries) {
      if (entry.position() <= place.after() && wanted.test(entry)) {
        return true;
      }
    }
    return false;
  }
}
