package bellwether.eventlog;

import bellwether.eventlog.EntryRecord.DamagedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a segment's file is found to hold when it is read from its beginning.
 *
 * @param segment all entries up to the first that is damaged; of an append that is not all there,
 *     none
 * @param size bytes of the file, of which those past the segment's end do not count
 * @param damage what is wrong past that end; null if nothing is there
 */
record SegmentScan(Segment segment, long size, @Nullable String damage) {
  private static final int WINDOW = 1 << 20; // bytes read at a time

  /**
   * Reads the file.
   *
   * @throws IOException if that fails, or its version is one that we do not know
   */
  static SegmentScan of(Disk disk, long base) throws IOException {
    Scanner scanner = new Scanner(disk, base);
    String damage = null;
    try {
      scanner.scan();
    } catch (DamagedException e) {
      damage = e.getMessage();
    }
    return new SegmentScan(scanner.segment, scanner.size, damage);
  }

  boolean hasHeader() {
    return size >= Segment.HEADER;
  }

  private static final class Scanner {
    private final Disk disk;
    private final String name;
    private final long size;
    private final Segment segment;
    private final List<EntryRecord> begun = new ArrayList<>(); // an append, until it is whole
    private final List<Integer> lengths = new ArrayList<>();
    private byte[] window = new byte[0];
    private long windowAt;

    Scanner(Disk disk, long base) throws IOException {
      this.disk = disk;
      this.segment = new Segment(base);
      this.name = segment.name();
      this.size = disk.size(name);
    }

    void scan() throws IOException, DamagedException {
      Segment.requireHeader(name, disk.read(name, 0, Segment.HEADER));
      long place = Segment.HEADER;
      while (place < size) {
        see(place, EntryRecord.HEAD);
        int length = EntryRecord.lengthAt(window, (int) (place - windowAt));
        if (length == 0 || place + length > size) {
          throw new DamagedException("an end within a record");
        }
        long position = segment.last() + begun.size() + 1;
        see(place, length);
        EntryRecord record = Segment.decode(window, (int) (place - windowAt), position);
        take(record, length);
        place += length;
      }
      if (!begun.isEmpty()) {
        throw new DamagedException("an end within an append");
      }
    }

    private void take(EntryRecord record, int length) {
      begun.add(record);
      lengths.add(length);
      if (!record.isContinued()) {
        for (int i = 0; i < begun.size(); i++) {
          EntryRecord one = begun.get(i);
          segment.index().add(one.publication(), one.time(), one.isRetained(), lengths.get(i));
        }
        begun.clear();
        lengths.clear();
      }
    }

    /** Has so many bytes in the window, if the file has them. */
    private void see(long place, int length) throws IOException {
      if (place + length > windowAt + window.length) {
        window = disk.read(name, place, Math.max(WINDOW, length));
        windowAt = place;
      }
    }
  }
}
