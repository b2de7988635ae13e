package bellwether.eventlog.file;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.EntryRecord.DamagedException;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a segment's file from its beginning, append by append, up to the length that it had when it
 * was opened. One thread.
 */
final class SegmentWalk implements Closeable {
  private static final int WINDOW = 1 << 20; // bytes read at a time

  private final String name;
  private final ReadableDisk.Input file;
  private final long size;
  private long place; // place of the next record
  private long next; // the next record's position
  private final List<Placed> begun = new ArrayList<>(); // an append, until it is whole
  private byte[] window = new byte[0];
  private long windowAt;

  /**
   * An entry as it was found in the file.
   *
   * @param length the length of its record, in bytes
   */
  record Placed(EntryRecord entry, int length) {}

  SegmentWalk(ReadableDisk disk, long base) throws IOException {
    this.name = Segment.nameOf(base);
    this.next = base;
    this.file = disk.open(name);
    try {
      this.size = file.size();
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Returns the size of the file, in bytes. */
  long size() {
    return size;
  }

  /** Returns the place where the next record begins; after damage, where the damage begins. */
  long place() {
    return place;
  }

  /** Returns, after damage, the whole entries of the append that is not whole. */
  List<Placed> begun() {
    return List.copyOf(begun);
  }

  /**
   * Returns the next append, whole; empty at the end.
   *
   * @throws DamagedException if the next bytes are not a whole append; {@link #resume} may find
   *     more
   * @throws IOException if the file cannot be read, or its version is unknown
   */
  List<Placed> next() throws IOException, DamagedException {
    begun.clear();
    if (place == 0) {
      Segment.requireHeader(name, file.read(0, Segment.HEADER));
      place = Segment.HEADER;
    }
    while (place < size) {
      see(place, EntryRecord.HEAD);
      int length = EntryRecord.lengthAt(window, (int) (place - windowAt));
      if (length == 0 || place + length > size) {
        throw new DamagedException("an end within a record");
      }
      see(place, length);
      EntryRecord entry = Segment.decode(window, (int) (place - windowAt), next);
      begun.add(new Placed(entry, length));
      place += length;
      next++;
      if (!entry.isContinued()) {
        return List.copyOf(begun);
      }
    }
    if (!begun.isEmpty()) {
      throw new DamagedException("an end within an append");
    }
    return List.of();
  }

  /**
   * Goes on, after damage, to the next record that is whole.
   *
   * @return whether there is one
   */
  boolean resume() throws IOException {
    for (long at = place + 1; at + EntryRecord.MIN_LENGTH <= size; at++) {
      see(at, EntryRecord.MIN_LENGTH);
      if (at + EntryRecord.MIN_LENGTH > windowAt + window.length) {
        return false; // the file was cut meanwhile
      }
      long position = EntryRecord.positionAt(window, (int) (at - windowAt));
      boolean isPossible =
          position >= next && position - next <= (size - place) / EntryRecord.MIN_LENGTH;
      if (isPossible && isWhole(at)) {
        place = at;
        next = position;
        return true;
      }
    }
    return false;
  }

  private boolean isWhole(long at) throws IOException {
    try {
      int length = EntryRecord.lengthAt(window, (int) (at - windowAt));
      if (at + length > size) {
        return false;
      }
      see(at, length);
      var unused = EntryRecord.decode(window, (int) (at - windowAt));
      return true;
    } catch (DamagedException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Fills the window with this many bytes, if the file has them. */
  private void see(long from, int length) throws IOException {
    if (from < windowAt || from + length > windowAt + window.length) {
      window = file.read(from, Math.max(WINDOW, length));
      windowAt = from;
    }
  }
}
