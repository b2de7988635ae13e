package bellwether.eventlog.file;

import bellwether.eventlog.EntriesById;
import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.EntryRecord.DamagedException;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Publication;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The retained entries whose segments have been dropped: a file of their records, and an index of
 * their names. Any thread.
 */
final class CarriedStates {
  static final String FILE = "states";

  private final EntriesById byId = new EntriesById();

  // Guarded by this.
  private final Map<String, LogEntry> byKey = new HashMap<>();

  /**
   * The contents of the file.
   *
   * @param records the records before the first damaged one
   * @param damage a description of the damage after them; null if there is none
   */
  record Found(List<EntryRecord> records, @Nullable String damage) {}

  /** Reads the file. */
  static Found read(ReadableDisk disk) throws IOException {
    List<EntryRecord> records = new ArrayList<>();
    byte[] found = disk.read(FILE);
    byte[] bytes = found == null ? new byte[0] : found;
    try {
      for (int place = 0; place < bytes.length; ) {
        records.add(EntryRecord.decode(bytes, place));
        place += EntryRecord.lengthAt(bytes, place);
      }
    } catch (DamagedException e) {
      return new Found(records, e.getMessage());
    }
    return new Found(records, null);
  }

  /** Encodes the file that carries these entries. */
  static byte[] encode(Collection<LogEntry> states) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (LogEntry state : states) {
      bytes.writeBytes(EntryRecord.of(state, false).encode());
    }
    return bytes.toByteArray();
  }

  synchronized void add(LogEntry state) {
    Publication publication = state.publication();
    byId.add(state);
    if (publication.idempotencyKey() != null) {
      byKey.put(publication.idempotencyKey(), state);
    }
  }

  /** Removes a state that has been replaced; does nothing if it was not carried. */
  synchronized void remove(LogEntry state) {
    Publication publication = state.publication();
    byId.remove(state);
    if (publication.idempotencyKey() != null) {
      byKey.remove(publication.idempotencyKey(), state);
    }
  }

  List<LogEntry> withId(String id) {
    return byId.newestFirst(id).stream().filter(LogEntry::isLatest).toList(); // see below
  }

  synchronized @Nullable LogEntry withKey(String key) {
    return unlessReplaced(byKey.get(key));
  }

  private static @Nullable LogEntry unlessReplaced(@Nullable LogEntry state) {
    return state == null || state.isLatest() ? state : null; // it may not be removed yet
  }
}
