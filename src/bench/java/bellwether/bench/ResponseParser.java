package bellwether.bench;

import java.net.ProtocolException;
import java.util.Locale;

/**
 * HTTP/1.1 responses on one connection, one after the other, from pieces cut anywhere. Not
 * thread-safe. It takes whatever the servers measured here send, and nothing beyond.
 */
final class ResponseParser implements Answers {
  /** What is told of a response. */
  interface Handler {
    default void head(int status) {}

    default void body(byte[] bytes, int from, int to) {}

    default void end() {}
  }

  /** What the next byte belongs to. */
  private enum State {
    HEAD,
    CHUNK_SIZE,
    CHUNK,
    /** The line end that follows a chunk's bytes. */
    CHUNK_END,
    TRAILER,
    /** A body of known length. */
    COUNTED,
    /** A body that ends when the connection does. */
    UNTIL_END
  }

  private static final int MAX_LINE = 16_384; // characters; for a head, all its lines together

  private final Handler handler;
  private final StringBuilder text =
      new StringBuilder(); // of a head or line, as far as it has come
  private State state = State.HEAD;
  private long left; // bytes of the chunk, or of a counted body

  ResponseParser(Handler handler) {
    this.handler = handler;
  }

  @Override
  public void parse(byte[] bytes, int from, int to) throws ProtocolException {
    int at = from;
    while (at < to) {
      switch (state) {
        case CHUNK, COUNTED -> {
          int count = (int) Math.min(left, to - at);
          handler.body(bytes, at, at + count);
          at += count;
          left -= count;
          if (left == 0) {
            endOfCounted();
          }
        }
        case UNTIL_END -> {
          handler.body(bytes, at, to);
          at = to;
        }
        default -> character((char) (bytes[at++] & 0xff));
      }
    }
  }

  private void endOfCounted() {
    if (state == State.CHUNK) {
      state = State.CHUNK_END;
    } else {
      endOfResponse();
    }
  }

  private void endOfResponse() {
    state = State.HEAD;
    handler.end();
  }

  private void character(char c) throws ProtocolException {
    text.append(c);
    if (c == '\n' && (state != State.HEAD || endsWithBlankLine())) {
      String whole = text.toString();
      text.setLength(0);
      line(whole);
    } else if (text.length() > MAX_LINE) {
      throw new ProtocolException("a line without end: " + text.substring(0, 100));
    }
  }

  private boolean endsWithBlankLine() {
    int length = text.length();
    return length >= 4 && text.indexOf("\r\n\r\n", length - 4) >= 0;
  }

  private void line(String whole) throws ProtocolException {
    switch (state) {
      case HEAD -> head(whole);
      case CHUNK_SIZE -> chunkSize(whole);
      case CHUNK_END -> {
        require(whole.equals("\r\n"), whole);
        state = State.CHUNK_SIZE;
      }
      case TRAILER -> {
        if (whole.equals("\r\n")) {
          endOfResponse();
        }
      }
      default -> throw new IllegalStateException(state.toString());
    }
  }

  private void head(String whole) throws ProtocolException {
    require(whole.startsWith("HTTP/1.1 ") && whole.length() > 12, whole);
    int status = Integer.parseInt(whole.substring(9, 12));
    if (status < 200) { // an interim response: the real one follows
      return;
    }
    String lower = whole.toLowerCase(Locale.ROOT);
    int length = lower.indexOf("\r\ncontent-length:");
    if (status == 204) {
      left = 0;
      state = State.COUNTED;
    } else if (lower.contains("\r\ntransfer-encoding: chunked\r\n")) {
      state = State.CHUNK_SIZE;
    } else if (length >= 0) {
      int start = length + "\r\ncontent-length:".length();
      left = Long.parseLong(lower.substring(start, lower.indexOf('\r', start)).strip());
      state = State.COUNTED;
    } else {
      state = State.UNTIL_END;
    }
    handler.head(status);
    if (state == State.COUNTED && left == 0) {
      endOfResponse();
    }
  }

  private void chunkSize(String whole) throws ProtocolException {
    String size = whole.split("[;\\s]", 2)[0];
    require(size.matches("[0-9a-fA-F]{1,8}"), whole);
    left = Long.parseLong(size, 16);
    state = left == 0 ? State.TRAILER : State.CHUNK;
  }

  private static void require(boolean right, String text) throws ProtocolException {
    if (!right) {
      throw new ProtocolException("not HTTP/1.1: " + text);
    }
  }
}
