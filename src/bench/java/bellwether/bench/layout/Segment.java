package bellwether.bench.layout;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;

/** One full file of the log, and where each of its blocks begins. */
final class Segment {
  static final int SIZE = 64 << 20; // bytes, at most

  /** A block ends with the first record that makes it as large, in bytes. */
  static final int BLOCK = 4 << 10;

  private static final int LARGEST = 512; // bytes of a record, at most

  private final int number;
  private final FileChannel channel;
  private long last;
  private int blocks;
  private final long[] positions = new long[SIZE / BLOCK]; // of the first record of each block
  private final int[] offsets = new int[SIZE / BLOCK + 1]; // of each block, and of the end

  /** Writes records until it is full, or there are so many, and tells the layouts of each. */
  Segment(
      Path file, int number, long after, long upTo, LongFunction<String> topics, List<Layout> told)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE);
    this.number = number;
    for (last = after; last < upTo && buffer.remaining() > LARGEST; ) {
      int offset = buffer.position();
      if (blocks == 0 || offset - offsets[blocks - 1] >= BLOCK) {
        positions[blocks] = last + 1;
        offsets[blocks++] = offset;
      }
      String topic = topics.apply(++last);
      RecordFormat.write(buffer, last, topic);
      told.forEach(layout -> layout.index(number, blocks - 1, offset, topic));
    }
    offsets[blocks] = buffer.position();
    channel = FileChannel.open(file, CREATE_NEW, READ, WRITE);
    channel.write(buffer.flip(), 0);
    channel.force(false); // or writing it back would disturb what is measured
  }

  int number() {
    return number;
  }

  /** Position of its last record. */
  long last() {
    return last;
  }

  int blocks() {
    return blocks;
  }

  int blockOf(long position) {
    int found = Arrays.binarySearch(positions, 0, blocks, position);
    return found >= 0 ? found : -found - 2;
  }

  long firstIn(int block) {
    return positions[block];
  }

  /** Where this block begins; that of one beyond the last is the end. */
  int offset(int block) {
    return offsets[block];
  }

  /** Fills the buffer from this offset on. */
  void read(int offset, ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, offset + into.position()) < 0) {
        throw new IOException("the file is cut off");
      }
    }
  }
}
