package bellwether.bench.layout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Reads blocks that may hold what is wanted, here all of them, and looks at each record. */
class Scan extends Layout {
  static final int AT_ONCE = 64 << 10; // bytes of one read of the file, roughly
  private static final int MOST = 256 << 10; // bytes looked at in one step: then others go first

  /** The first block, from this one on, that may match; {@link Segment#blocks} if none. */
  int next(Segment segment, int block, Reader reader) {
    return block;
  }

  @Override
  final void read(Segment segment, List<Reader> readers, Scratch scratch) throws IOException {
    Reader reader = readers.get(0);
    int limit = reader.upTo < segment.last() ? segment.blockOf(reader.upTo) + 1 : segment.blocks();
    int block = next(segment, segment.blockOf(reader.position + 1), reader);
    int left = MOST;
    while (block < limit && left > 0 && reader.wantsMore()) {
      reader.passTo(segment.firstIn(block) - 1);
      int start = segment.offset(block++);
      while (block < limit
          && segment.offset(block) - start < AT_ONCE
          && next(segment, block, reader) == block) {
        block++;
      }
      int length = segment.offset(block) - start;
      walk(scratch.load(segment, start, length), reader);
      left -= length;
      block = block < limit ? next(segment, block, reader) : limit;
    }
    if (reader.wantsMore()) {
      reader.passTo(block < limit ? segment.firstIn(block) - 1 : segment.last());
    }
  }

  private static void walk(ByteBuffer records, Reader reader) {
    for (int at = 0; at < records.limit() && reader.wantsMore(); ) {
      if (reader.filter.matches(records, at)) {
        reader.take(records, at);
      } else {
        reader.passTo(RecordFormat.position(records, at));
      }
      at += RecordFormat.size(records, at);
    }
  }
}
