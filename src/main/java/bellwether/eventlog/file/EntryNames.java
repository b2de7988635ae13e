package bellwether.eventlog.file;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.file.SegmentIndex.View;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds entries of a log in files by the names that publishers gave them: ids and idempotency keys.
 * Any thread.
 */
final class EntryNames {
  /*
   * The indexes know hashes only; so every candidate is looked at, in memory or on the disk.
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
   * among as many as are looked at.
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

  /** Returns the entry with this idempotency key, or null if there is none. */
  @Nullable LogEntry withKey(String key) {
    LogEntry state = contents.carried().withKey(key);
    if (state != null) {
      return state;
    }
    for (long position : contents.segments().search(index -> index.findKey(key))) {
      LogEntry entry = reader.entryAt(position);
      if (entry != null && key.equals(entry.publication().idempotencyKey())) {
        return entry;
      }
    }
    return null;
  }
}
