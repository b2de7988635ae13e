package bellwether.eventlog;

import org.jspecify.annotations.Nullable;

/** Finds entries of a log in files by the names that publishers gave them. Any thread. */
final class EntryNames {
  /*
   * The indexes know hashes only: so whoever may be the one is looked at, in memory or on the disk.
   */
  private final LogContents contents;
  private final FileLogReader reader;

  EntryNames(LogContents contents, FileLogReader reader) {
    this.contents = contents;
    this.reader = reader;
  }

  /** Of the first entry with this id; -1 if there is none. */
  long positionWithId(String id) {
    LogEntry state = contents.carried().withId(id);
    if (state != null) {
      return state.position();
    }
    for (long position : contents.segments().search(index -> index.findId(id))) {
      LogEntry entry = reader.entryAt(position);
      if (entry != null && id.equals(entry.publication().id())) {
        return position;
      }
    }
    return -1;
  }

  /** Null if there is none with this idempotency key. */
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
