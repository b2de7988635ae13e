package bellwether.eventlog.file;

import bellwether.eventlog.file.EntryRecord.DamagedException;
import bellwether.eventlog.file.SegmentWalk.Placed;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a segment's file is found to hold when it is read from its beginning.
 *
 * @param segment all entries up to the first that is damaged; of an append that is not all there,
 *     none
 * @param size bytes of the file, of which those past the segment's end do not count
 * @param damage what is wrong past that end; null if nothing is there
 * @param isFollowed whether whole records stand somewhere after that
 */
record SegmentScan(Segment segment, long size, @Nullable String damage, boolean isFollowed) {

  /**
   * Reads the file.
   *
   * @throws IOException if that fails, or its version is one that we do not know
   */
  static SegmentScan of(ReadableDisk disk, long base) throws IOException {
    Segment segment = new Segment(base);
    try (SegmentWalk walk = new SegmentWalk(disk, base)) {
      try {
        List<Placed> append = walk.next();
        while (!append.isEmpty()) {
          append.forEach(placed -> add(placed, segment.index()));
          append = walk.next();
        }
        return new SegmentScan(segment, walk.size(), null, false);
      } catch (DamagedException e) {
        return new SegmentScan(segment, walk.size(), e.getMessage(), walk.resume());
      }
    }
  }

  private static void add(Placed placed, SegmentIndex index) {
    EntryRecord entry = placed.entry();
    index.add(
        entry.position(), entry.publication(), entry.time(), entry.isRetained(), placed.length());
  }

  boolean hasHeader() {
    return size >= Segment.HEADER;
  }
}
