package bellwether.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import bellwether.hub.FrameSink;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one write: the frames of one connection, one after the other. Confined to the thread
 * that holds the connection's write turn, and empty outside of it.
 */
public final class WriteBuffer implements FrameSink {
  /**
   * The most bytes in one write. Tomcat's buffer has this size: a larger write makes the connection
   * unready although the socket is empty, and costs a change of threads.
   */
  public static final int MAX = 8192;

  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);
  private static final byte[] LINE_END = "\r\n".getBytes(US_ASCII);
  private static final int FRONT = 6; // for a chunk's size in hexadecimal and a line end
  private static final int SIZE = FRONT + MAX + LINE_END.length;

  private final ByteBuffer bytes;
  private long[] ages = new long[64];
  private int aged;

  private byte @Nullable [] rest; // a frame of which only the beginning fitted
  private int restOffset;
  private long restSince;

  private WriteBuffer(ByteBuffer bytes) {
    this.bytes = bytes;
    clear();
  }

  /**
   * Returns a buffer to be used again and again. It is outside the heap, where the JDK would copy
   * the bytes in any case.
   */
  static WriteBuffer lasting() {
    return new WriteBuffer(ByteBuffer.allocateDirect(SIZE));
  }

  /** Returns this thread's buffer, empty. */
  static WriteBuffer ofThisThread() {
    Thread thread = Thread.currentThread();
    WriteBuffer buffer =
        thread instanceof WriterThread writer
            ? writer.buffer()
            : new WriteBuffer(ByteBuffer.allocate(SIZE));
    buffer.clear();
    return buffer;
  }

  void clear() {
    bytes.clear().position(FRONT);
    aged = 0;
    rest = null;
  }

  @Override
  public boolean offer(byte[] frame, int offset, long since) {
    int length = frame.length - offset;
    int room = MAX - length();
    if (length > room) {
      if (!isEmpty()) {
        return false;
      }
      rest = frame;
      restOffset = offset + room;
      restSince = since;
      bytes.put(frame, offset, room);
      return true;
    }
    bytes.put(frame, offset, length);
    if (since != AGELESS) {
      addAge(since);
    }
    return true;
  }

  boolean isEmpty() {
    return length() == 0;
  }

  int length() {
    return bytes.position() - FRONT;
  }

  /** Returns the frame that did not fit, usually null. */
  byte @Nullable [] rest() {
    return rest;
  }

  int restOffset() {
    return restOffset;
  }

  long restSince() {
    return restSince;
  }

  /**
   * Returns the times at which the frames that end in this write were published, as far as they
   * have one.
   */
  long[] ages() {
    return ages;
  }

  /** Returns the number of valid elements of {@link #ages}. */
  int aged() {
    return aged;
  }

  byte[] copy() {
    byte[] copy = new byte[length()];
    bytes.get(FRONT, copy);
    return copy;
  }

  /**
   * Returns the bytes as a chunk (RFC 9112, section 7.1), not as a copy: read it once, and at once.
   */
  ByteBuffer chunk() {
    int length = length();
    bytes.put(LINE_END).limit(bytes.position());
    int start = FRONT - LINE_END.length;
    bytes.put(start, LINE_END);
    for (int size = length; size > 0; size >>= 4) {
      bytes.put(--start, HEX[size & 15]);
    }
    return bytes.position(start);
  }

  private void addAge(long since) {
    if (aged == ages.length) {
      ages = Arrays.copyOf(ages, 2 * aged);
    }
    ages[aged++] = since;
  }
}
