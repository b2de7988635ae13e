package bellwether.eventlog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The new entries of one append, on their way into a file. Confined to the log's locks. */
final class Appending {
  final List<LogEntry> entries = new ArrayList<>();
  final List<byte[]> records = new ArrayList<>();
  private long bytes;
  private boolean isVisible;
  private @Nullable IOException failure;

  /** Makes the records, once all entries are known. */
  void seal() {
    for (int i = 0; i < entries.size(); i++) {
      byte[] record = EntryRecord.of(entries.get(i), i < entries.size() - 1).encode();
      records.add(record);
      bytes += record.length;
    }
  }

  long bytes() {
    return bytes;
  }

  boolean isSettled() {
    return isVisible || failure != null;
  }

  void becomeVisible() {
    isVisible = true;
  }

  void fail(IOException e) {
    failure = e;
  }

  /**
   * @throws LogUnavailableException if it failed
   */
  void requireVisible() {
    if (failure != null) {
      throw new LogUnavailableException(
          "the event log cannot be written: " + failure.getMessage(), failure);
    }
  }
}
