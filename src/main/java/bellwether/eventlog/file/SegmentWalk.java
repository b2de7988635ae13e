package bellwether.eventlog.file;

import bellwether.eventlog.file.EntryRecord.DamagedException;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a segment's file from its beginning, append by append, as far as it went when it was
 * opened. One thread.
 */
final class SegmentWalk implements Closeable {
  private static final int WINDOW = 1 << 20; // bytes read at a time

  private final String name;
  private final ReadableDisk.Input file;
  private final long size;
  private long place; // of the next record
  private long next; // its position
  private final List<Placed> begun = new ArrayList<>(); // an append, until it is whole
  private byte[] window = new byte[0];
  private long windowAt;

  /**
   * An entry as it was found.
   *
   * @param length of its record, in bytes
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

  /** Bytes of the file. */
  long size() {
    return size;
  }

  /** Where the next record begins; after damage, where that does. */
  long place() {
    return place;
  }

  /** After damage: what is whole of the append that is not. */
  List<Placed> begun() {
    return List.copyOf(begun);
  }

  /**
   * The next append, whole; empty at the end.
   *
   * @throws DamagedException if what comes next is none; {@link #resume} may find more
   * @throws IOException if the file cannot be read, or its version is one that we do not know
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
   * After damage: goes on to the next record that is whole.
   *
   * @return whether there is one
   */
  boolean resume() throws IOException {
    for (long at = place + 1; at + EntryRecord.LEAST <= size; at++) {
      see(at, EntryRecord.LEAST);
      if (at + EntryRecord.LEAST > windowAt + window.length) {
        return false; // the file was cut meanwhile
      }
      long position = EntryRecord.positionAt(window, (int) (at - windowAt));
      boolean isPossible =
          position >= next && position - next <= (size - place) / EntryRecord.LEAST;
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

  /** Has so many bytes in the window, if the file has them. */
  private void see(long from, int length) throws IOException {
    if (from < windowAt || from + length > windowAt + window.length) {
      window = file.read(from, Math.max(WINDOW, length));
      windowAt = from;
    }
  }
}
