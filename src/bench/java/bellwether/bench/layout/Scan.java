package bellwether.bench.layout;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.List;

/** Reads blocks that may hold what is wanted, here all of them, and looks at each record. */
class Scan extends Layout {
  private static final int AT_ONCE = 16; // blocks in one read of the file, at most
  private static final int MAX = 256; // blocks looked at in one step, roughly

  /** The first block, from this one on, that may match; {@link Segment#blocks} if none. */
  int next(Segment segment, int block, Reader reader) {
    return block;
  }

  @Override
  void read(Segment segment, RandomAccessFile file, List<Reader> readers) throws IOException {
    Reader first = readers.get(0);
    int end = segment.blocks();
    int block = next(segment, segment.offsetOf(first.position + 1) / Segment.BLOCK, first);
    for (int left = MAX; block < end && left > 0 && first.wantsMore(); ) {
      int start = block++;
      while (block < Math.min(end, start + AT_ONCE) && next(segment, block, first) == block) {
        block++;
      }
      visit(load(file, start * Segment.BLOCK, (block - start) * Segment.BLOCK), readers);
      left -= block - start;
      block = next(segment, block, first);
    }
    long looked = segment.first() - 1 + (long) block * Segment.BLOCK / Segment.RECORD;
    for (Reader reader : readers) {
      reader.position = reader.wantsMore() ? Math.max(reader.position, looked) : reader.position;
    }
  }

  void visit(byte[] records, List<Reader> readers) {
    Reader reader = readers.get(0);
    for (int at = 0; at < records.length && reader.wantsMore(); at += Segment.RECORD) {
      if (reader.wants(records, at)) {
        reader.take(records, at);
      }
    }
  }
}
