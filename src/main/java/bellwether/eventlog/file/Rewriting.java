package bellwether.eventlog.file;

import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Ring;
import bellwether.eventlog.file.EntryRecord.DamagedException;
import bellwether.eventlog.file.SegmentIndex.View;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes again what a segment's file has, because it may not be on the medium. For one use. */
final class Rewriting {
  /*
   * It is read from the file, which usually still has it, and compared with its checksums; what is
   * not as it was written is made anew from memory. An entry that neither has is lost: it stays as
   * it is, and readers who come by are told, as of any that is damaged.
   */
  private static final Logger logger = LoggerFactory.getLogger(Rewriting.class);
  private static final int PIECE = 1 << 20; // bytes written together, but for a larger entry

  private final Disk disk;
  private final Segment segment;
  private final View view;
  private final Ring memory;

  Rewriting(Disk disk, Segment segment, Ring memory) {
    this.disk = disk;
    this.segment = segment;
    this.view = segment.index().view();
    this.memory = memory;
  }

  /** Writes what follows that many bytes, which end where a record does. */
  void from(long bytes, Disk.Output out) throws IOException {
    if (bytes < Segment.HEADER) {
      out.write(Segment.header(), Segment.HEADER, 0);
    }
    long position = view.last();
    while (position >= view.base() && view.placeOf(position) >= bytes) {
      position--;
    }
    for (long first = position + 1; first <= view.last(); ) {
      long last = lastOfPiece(first);
      int place = view.placeOf(first);
      byte[] piece = piece(first, last);
      out.write(piece, piece.length, place);
      first = last + 1;
    }
  }

  private long lastOfPiece(long first) {
    long last = first;
    while (last < view.last() && view.endOf(last + 1) - view.placeOf(first) <= PIECE) {
      last++;
    }
    return last;
  }

  private byte[] piece(long first, long last) throws IOException {
    int start = view.placeOf(first);
    int length = view.endOf(last) - start;
    IOException failure = null;
    byte[] piece = new byte[length];
    try {
      piece = Arrays.copyOf(disk.read(segment.name(), start, length), length);
    } catch (IOException e) {
      failure = e; // memory may have it all
    }
    for (long position = first; position <= last; position++) {
      if (!isWhole(piece, position, start)) {
        byte[] record = recordOf(position);
        if (record != null) {
          System.arraycopy(record, 0, piece, view.placeOf(position) - start, record.length);
        } else if (failure != null) {
          throw failure;
        } else {
          logger.error("{}: position {} was never written, and is lost", segment.name(), position);
        }
      }
    }
    return piece;
  }

  private boolean isWhole(byte[] piece, long position, int start) {
    try {
      var unused = Segment.decode(piece, view.placeOf(position) - start, position);
      return true;
    } catch (DamagedException e) {
      return false;
    }
  }

  /** Null if memory does not have it. Of an append of several it makes one for each. */
  private byte @Nullable [] recordOf(long position) {
    LogEntry entry = memory.at(position);
    byte[] record = entry == null ? null : EntryRecord.of(entry, false).encode();
    boolean isOfThatLength =
        record != null && record.length == view.endOf(position) - view.placeOf(position);
    return isOfThatLength ? record : null;
  }
}
