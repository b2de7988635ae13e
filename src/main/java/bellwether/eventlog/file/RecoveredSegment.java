package bellwether.eventlog.file;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.EntryRecord.DamagedException;
import bellwether.eventlog.file.SegmentWalk.Placed;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A segment as recovery finds it when it reads the file from its beginning.
 *
 * @param segment all entries before the first damaged one; none of an incomplete append
 * @param size the size of the file; its bytes past the segment's end do not count
 * @param damage a description of the damage past that end; null if nothing is there
 * @param isFollowed whether there are whole records after the damage
 */
record RecoveredSegment(Segment segment, long size, @Nullable String damage, boolean isFollowed) {

  /**
   * Reads the file.
   *
   * @throws IOException if that fails, or its version is unknown
   */
  static RecoveredSegment of(ReadableDisk disk, long base) throws IOException {
    Segment segment = new Segment(base);
    try (SegmentWalk walk = new SegmentWalk(disk, base)) {
      try {
        List<Placed> append = walk.next();
        while (!append.isEmpty()) {
          append.forEach(placed -> add(placed, segment.index()));
          append = walk.next();
        }
        return new RecoveredSegment(segment, walk.size(), null, false);
      } catch (DamagedException e) {
        return new RecoveredSegment(segment, walk.size(), e.getMessage(), walk.resume());
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
