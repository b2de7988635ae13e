package bellwether.eventlog.file;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The new entries of one append, on their way into a file. Confined to the log's locks. */
final class Appending {
  final List<LogEntry> entries = new ArrayList<>();
  final List<byte[]> records = new ArrayList<>();
  int[] topicNumbers = {}; // of each entry, in the index of its segment
  @Nullable Appending behind; // the next one in the queue, if any

  private long bytes;
  private boolean isVisible;
  private boolean isInDoubt; // it failed, and may be in the file all the same
  private @Nullable Throwable failure;

  /** Makes the records; called once all entries are known. */
  void seal() {
    for (int i = 0; i < entries.size(); i++) {
      byte[] record = EntryRecord.of(entries.get(i), i < entries.size() - 1).encode();
      records.add(record);
      bytes += record.length;
    }
    topicNumbers = new int[entries.size()];
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

  /** Fails the append; does nothing if its entries are visible already. */
  void fail(Throwable e) {
    if (!isVisible) {
      failure = e;
    }
  }

  /** Notes that what was written of it may be found when the log is opened again. */
  void doubt() {
    isInDoubt = true;
  }

  /**
   * @throws LogUnavailableException if it failed
   * @throws AppendInDoubtException if it failed, and nobody knows what of it stays
   */
  void requireVisible() {
    if (failure != null && isInDoubt) {
      throw new AppendInDoubtException("nobody knows whether it has been kept", failure);
    }
    if (failure != null) {
      throw LogUnavailableException.cannotWrite(failure);
    }
  }
}
