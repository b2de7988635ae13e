package bellwether.bench.layout;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A place in the log, and what is wanted up to where. Used by one thread at a time. */
final class Reader {
  private static final int BATCH = 64; // entries that one read may find, as in the hub

  final Filter filter;
  final long upTo;
  long position;
  int found;

  /** What a layout keeps of one read for the next. */
  @Nullable Object plan;

  private final byte[][] batch = new byte[BATCH][];
  private int inBatch;

  Reader(Filter filter, long after, long upTo) {
    this.filter = filter;
    this.position = after;
    this.upTo = upTo;
  }

  boolean isThrough() {
    return position >= upTo;
  }

  void beginBatch() {
    inBatch = 0;
  }

  boolean wantsMore() {
    return inBatch < BATCH && !isThrough();
  }

  /** All up to here was looked at. */
  void passTo(long newPosition) {
    position = Math.max(position, Math.min(newPosition, upTo));
  }

  /** Takes a record that the filter matches, if it lies ahead. */
  void take(ByteBuffer records, int at) {
    long record = RecordFormat.position(records, at);
    if (record > position && record <= upTo) {
      batch[inBatch++] = RecordFormat.copy(records, at);
      found++;
    }
    passTo(record);
  }
}
