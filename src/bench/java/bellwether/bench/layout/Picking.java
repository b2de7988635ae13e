package bellwether.bench.layout;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.ArrayList;
import java.util.List;

/** Reads only the records that an index points at, those that lie close together at once. */
abstract class Picking extends Layout {
  private static final int GAP = 4 << 10; // bytes worth reading in vain to spare a call

  /** Adds offsets of the next that are wanted, a batch at most; returns how far it looked. */
  abstract long pick(Segment segment, Reader reader, List<Integer> offsets);

  @Override
  final void read(Segment segment, RandomAccessFile file, List<Reader> readers) throws IOException {
    Reader reader = readers.get(0);
    List<Integer> offsets = new ArrayList<>();
    long looked = pick(segment, reader, offsets);
    for (int from = 0, to; from < offsets.size(); from = to) {
      int start = offsets.get(from);
      int end = start + Segment.RECORD;
      for (to = from + 1; to < offsets.size() && offsets.get(to) - end <= GAP; to++) {
        end = offsets.get(to) + Segment.RECORD;
      }
      byte[] records = load(file, start, end - start);
      offsets.subList(from, to).forEach(offset -> reader.take(records, offset - start));
    }
    reader.position = Math.max(reader.position, looked);
  }
}
