package bellwether.eventlog.file;

import bellwether.eventlog.EntryRecord;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;

/**
 * The times at which a segment's entries were appended, by the clock at that time. Grows under the
 * log's lock.
 */
final class SegmentTimes {
  private Instant earliest = Instant.MAX;
  private Instant latest = Instant.MIN;
  private Instant last = Instant.MIN; // of the newest entry
  private boolean areSorted = true; // whether no entry is older than the one before it

  void add(Instant time) {
    earliest = time.isBefore(earliest) ? time : earliest;
    latest = time.isAfter(latest) ? time : latest;
    areSorted &= !time.isBefore(last);
    last = time;
  }

  Instant earliest() {
    return earliest;
  }

  Instant latest() {
    return latest;
  }

  Instant last() {
    return last;
  }

  boolean areSorted() {
    return areSorted;
  }

  void write(DataOutputStream out) throws IOException {
    boolean isEmpty = latest.equals(Instant.MIN);
    out.writeLong(isEmpty ? 0 : EntryRecord.micros(earliest));
    out.writeLong(isEmpty ? 0 : EntryRecord.micros(latest));
    out.writeLong(isEmpty ? 0 : EntryRecord.micros(last));
    out.writeBoolean(areSorted);
  }

  /** Reads the times of a segment that has entries, as {@link #write} wrote them. */
  static SegmentTimes read(DataInputStream in) throws IOException {
    SegmentTimes times = new SegmentTimes();
    times.earliest = EntryRecord.time(in.readLong());
    times.latest = EntryRecord.time(in.readLong());
    times.last = EntryRecord.time(in.readLong());
    times.areSorted = in.readBoolean();
    return times;
  }
}
