package bellwether.eventlog.file;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.file.SegmentIndex.View;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds entries of a log in files by the names that publishers gave them: ids and idempotency keys.
 * Any thread.
 */
final class EntryNames {
  /*
   * The indexes have only hashes; so every candidate is looked at, in memory or on the disk.
   */
  private static final int MAX_READ = 64; // entries from the disk, to find one

  private final LogContents contents;
  private final FileLogReader reader;

  EntryNames(LogContents contents, FileLogReader reader) {
    this.contents = contents;
    this.reader = reader;
  }

  /**
   * Returns the position of the newest wanted entry with this id; -1 if there is none, or none
   * among those that are looked at.
   */
  long positionWithId(String id, EntryFilter wanted) {
    long newest = contents.ring().newest(); // entries that come meanwhile may not be visible yet
    int left = EventLog.MAX_OF_ONE_ID;
    int toRead = MAX_READ;
    List<Segment> all = contents.segments().list();
    for (int i = all.size() - 1; i >= 0 && left > 0; i--) {
      List<Long> positions = contents.segments().withId(all.get(i), id, left);
      View view = contents.segments().view(all.get(i));
      left -= positions.size();
      for (long position : positions) {
        if (position <= newest && wanted.mayConcern(view.topicsOf(position))) {
          LogEntry inMemory = reader.inMemory(position);
          if (inMemory == null && toRead-- == 0) {
            return -1;
          }
          LogEntry entry = inMemory == null ? reader.entryAt(position) : inMemory;
          if (entry != null && isWanted(entry, id, wanted)) {
            return position;
          }
        }
      }
    }
    return contents.carried().withId(id).stream() // these are older
        .limit(left)
        .filter(wanted)
        .findFirst()
        .map(LogEntry::position)
        .orElse(-1L);
  }

  private static boolean isWanted(LogEntry entry, String id, EntryFilter wanted) {
    return id.equals(entry.publication().id()) && wanted.test(entry);
  }

  /**
   * Finds the entry with an idempotency key without waiting for the disk.
   *
   * @param looks what has been read from the disk to compare with; if more has to be read, it notes
   *     that, and the result says nothing
   * @return null if there is none, as far as is known
   */
  @Nullable LogEntry withKey(String key, Looks looks) {
    LogEntry state = contents.carried().withKey(key);
    if (state != null) {
      return state;
    }
    for (long position : contents.segments().search(index -> index.findKey(key))) {
      LogEntry inMemory = reader.inMemory(position);
      if (inMemory == null && !looks.seen.containsKey(position)) {
        looks.missing.add(position);
        continue; // the others of this key, too: they are read together
      }
      LogEntry entry = inMemory == null ? looks.seen.get(position) : inMemory;
      if (entry != null && key.equals(entry.publication().idempotencyKey())) {
        return entry;
      }
    }
    return null;
  }

  /**
   * Reads the entry that was found missing. May wait for the disk.
   *
   * @throws LogUnavailableException if the disk fails
   */
  void look(Looks looks) {
    while (looks.isMissing()) {
      long position = looks.missing.first();
      looks.seen.put(position, reader.entryAt(position));
      looks.missing.remove(position);
    }
  }

  /**
   * Returns whether an entry with this key may be in the log: only the disk could tell, or there is
   * one. Waits for nothing.
   */
  boolean mayHaveKey(String key) {
    return contents.carried().withKey(key) != null
        || !contents.segments().search(index -> index.findKey(key)).isEmpty();
  }

  /** The entries on the disk that were read to compare the keys of one request with theirs. */
  static final class Looks {
    private final Map<Long, @Nullable LogEntry> seen = new HashMap<>(); // null: it is gone
    private final SortedSet<Long> missing = new TreeSet<>(); // positions, as they are on the disk

    /** Returns whether an entry has to be read before a key can be compared. */
    boolean isMissing() {
      return !missing.isEmpty();
    }
  }
}
