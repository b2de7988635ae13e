package bellwether.http;

import bellwether.hub.FrameSink;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;

/**
 * What a connection writes next: one shared frame as it is, or several small ones joined. Not
 * thread-safe: it belongs to the connection's write turn.
 */
final class WriteBuffer implements FrameSink {
  /**
   * Most bytes in one write. Tomcat's buffer has this size: what goes beyond it makes the
   * connection unready although the socket is empty, and costs a change of threads.
   */
  static final int MOST = 8192;

  private byte[] bytes = {};
  private int position;
  private int limit;
  private boolean own; // whether the array is ours to append to, or a frame that others share

  @Override
  public boolean offer(byte[] frame, int offset) {
    int length = frame.length - offset;
    if (isEmpty()) {
      bytes = frame;
      position = offset;
      limit = frame.length;
      own = false;
      return true;
    }
    if (remaining() + length > MOST) {
      return false;
    }
    makeOwn();
    System.arraycopy(frame, offset, bytes, limit, length);
    limit += length;
    return true;
  }

  boolean isEmpty() {
    return position == limit;
  }

  /** Writes once, as much as one write should have; returns how much that was. */
  int writeTo(ServletOutputStream out) throws IOException {
    int length = Math.min(remaining(), MOST);
    out.write(bytes, position, length);
    position += length;
    if (isEmpty()) {
      bytes = new byte[0]; // an idle connection holds on to no frame
      position = 0;
      limit = 0;
    }
    return length;
  }

  private int remaining() {
    return limit - position;
  }

  private void makeOwn() {
    if (!own) {
      byte[] joined = new byte[MOST];
      System.arraycopy(bytes, position, joined, 0, remaining());
      limit = remaining();
      position = 0;
      bytes = joined;
      own = true;
    } else if (position > 0) {
      System.arraycopy(bytes, position, bytes, 0, remaining());
      limit = remaining();
      position = 0;
    }
  }
}
