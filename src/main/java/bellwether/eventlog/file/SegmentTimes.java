package bellwether.eventlog.file;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;

/** When a segment's entries were appended, as the clock said then. Grows under the log's lock. */
final class SegmentTimes {
  private Instant earliest = Instant.MAX;
  private Instant latest = Instant.MIN;
  private Instant last = Instant.MIN; // of the newest entry
  private boolean areSorted = true; // whether none is before that of the entry before it

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

  /** Of a segment that has entries, as {@link #write} wrote it. */
  static SegmentTimes read(DataInputStream in) throws IOException {
    SegmentTimes times = new SegmentTimes();
    times.earliest = EntryRecord.time(in.readLong());
    times.latest = EntryRecord.time(in.readLong());
    times.last = EntryRecord.time(in.readLong());
    times.areSorted = in.readBoolean();
    return times;
  }
}
