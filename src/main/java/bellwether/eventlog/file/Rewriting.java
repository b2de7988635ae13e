package bellwether.eventlog.file;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.EntryRecord.DamagedException;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Ring;
import bellwether.eventlog.file.SegmentIndex.View;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the contents of a segment's file again, because they may not be on the medium. For one
 * use.
 */
final class Rewriting {
  /*
   * The records are read from the file, which usually still has them, and checked by their
   * checksums; a damaged one is made anew from memory. An entry that is neither in the file nor in
   * memory is lost: its bytes stay as they are, and readers that reach it are told, as of any
   * damaged entry.
   */
  private static final Logger logger = LoggerFactory.getLogger(Rewriting.class);
  private static final int PIECE = 1 << 20; // bytes written together, except for a larger entry

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

  /** Writes the records after this many bytes again; the bytes end where a record ends. */
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
      failure = e; // memory may have all of it
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

  /**
   * Returns the record of an entry in memory, or null if memory does not have it. If an append has
   * several entries, each gets a record of its own.
   */
  private byte @Nullable [] recordOf(long position) {
    LogEntry entry = memory.at(position);
    byte[] record = entry == null ? null : EntryRecord.of(entry, false).encode();
    boolean isOfThatLength =
        record != null && record.length == view.endOf(position) - view.placeOf(position);
    return isOfThatLength ? record : null;
  }
}
