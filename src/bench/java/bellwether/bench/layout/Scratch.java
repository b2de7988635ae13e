package bellwether.bench.layout;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A thread's buffer for what it reads of a segment. */
final class Scratch {
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(128 << 10);
  private @Nullable Segment segment;
  private int start; // offset of the buffer's first byte
  long bytes; // read so far

  ByteBuffer load(Segment from, int offset, int length) throws IOException {
    buffer.clear().limit(Math.min(length, from.offset(from.blocks()) - offset));
    from.read(offset, buffer);
    segment = from;
    start = offset;
    bytes += buffer.limit();
    return buffer;
  }

  /** Has a reader take the record at this offset. */
  void take(Segment from, int offset, int guess, Reader reader) throws IOException {
    if (!holds(from, offset)) {
      load(from, offset, guess);
      if (!holds(from, offset)) {
        load(from, offset, RecordFormat.size(buffer, 0));
      }
    }
    reader.take(buffer, offset - start);
  }

  private boolean holds(Segment from, int offset) {
    int at = offset - start;
    return from == segment
        && at >= 0
        && at + 4 <= buffer.limit()
        && at + RecordFormat.size(buffer, at) <= buffer.limit();
  }
}
