package bellwether.exchange;

import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * A buffer that collects a body as it arrives. It grows with the bytes that have arrived, never by
 * the length that a client announces. Confined to one thread at a time.
 */
final class BodyBuffer {
  private static final int FIRST = 8192; // most requests to publish fit into this

  private static final byte[] NOTHING = {};

  private final int max;
  private final long expected;
  private byte[] bytes;
  private int size;

  /**
   * @param max most bytes that the buffer takes
   * @param expected its length; negative if that is not known
   */
  BodyBuffer(int max, long expected) {
    this.max = max;
    this.expected = expected;
    this.bytes = new byte[(int) Math.min(Math.min(FIRST, max), expected < 0 ? FIRST : expected)];
  }

  int size() {
    return size;
  }

  int capacity() {
    return bytes.length;
  }

  boolean isFull() {
    return size == max;
  }

  /**
   * Returns by how much the buffer has to grow before it can take more; 0 if it need not, or is
   * full.
   */
  int growth() {
    return size < bytes.length || size == expected ? 0 : Math.min(bytes.length, max - bytes.length);
  }

  /** Grows the buffer if necessary, and reads into it; returns -1 at the body's end. */
  int readFrom(ServletInputStream in) throws IOException {
    if (size == expected) { // only the end remains to be read
      return in.read() < 0 ? -1 : 0;
    }
    int growth = growth();
    if (growth > 0) {
      bytes = Arrays.copyOf(bytes, bytes.length + growth);
    }
    int count = in.read(bytes, size, bytes.length - size);
    size += Math.max(0, count);
    return count;
  }

  /** Lets the bytes go; nothing is read any more. */
  void clear() {
    bytes = NOTHING;
    size = 0;
  }

  RequestBody whole() {
    return new RequestBody(bytes, size);
  }
}
