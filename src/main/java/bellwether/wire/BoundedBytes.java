package bellwether.wire;

import java.util.Arrays;

/** A buffer that grows as needed, up to a limit. */
final class BoundedBytes {
  private static final int INITIAL_CAPACITY = 256;

  private final int limit;
  private byte[] bytes;
  private int length;

  BoundedBytes(int limit) {
    this.limit = limit;
    this.bytes = new byte[Math.min(limit, INITIAL_CAPACITY)];
  }

  /**
   * @throws EventTooLargeException if the buffer would pass its limit
   */
  void append(byte[] source, int from, int to) {
    int added = to - from;
    if (added > limit - length) {
      throw new EventTooLargeException(limit);
    }
    if (added > bytes.length - length) {
      long doubled = Math.min(limit, 2L * bytes.length);
      bytes = Arrays.copyOf(bytes, Math.max(length + added, (int) doubled));
    }
    System.arraycopy(source, from, bytes, length, added);
    length += added;
  }

  void append(BoundedBytes source, int from) {
    append(source.bytes, from, source.length);
  }

  int length() {
    return length;
  }

  boolean startsWith(byte[] prefix) {
    return length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  /** Returns whether {@code value} is at {@code index}, which may be beyond the end. */
  boolean has(char value, int index) {
    return index < length && bytes[index] == value;
  }

  /** Returns the index of the first {@code value} at or after {@code from}; the length if none. */
  int find(char value, int from) {
    int index = from;
    while (index < length && bytes[index] != value) {
      index++;
    }
    return index;
  }

  String text(int from, int to) {
    return Utf8Decoder.decode(bytes, from, to);
  }

  void clear() {
    length = 0;
  }
}
