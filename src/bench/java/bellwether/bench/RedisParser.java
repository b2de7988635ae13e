package bellwether.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Answers of Redis (RESP 2) on one connection, one after the other, from pieces cut anywhere.
 * Arrays are told of by what is in them. Not thread-safe.
 */
final class RedisParser implements Answers {
  /** What is told of an answer. */
  interface Handler {
    default void string(byte[] bytes) {}

    default void error(String text) {}

    default void end() {}
  }

  private static final int MAX_LINE = 1024; // bytes
  private static final int MAX_STRING = 1 << 20; // bytes

  private final Handler handler;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final ByteArrayOutputStream string = new ByteArrayOutputStream();
  private final Deque<Integer> open = new ArrayDeque<>(); // arrays: how many elements are to come
  private int left; // bytes of the string, and of the line end behind it

  RedisParser(Handler handler) {
    this.handler = handler;
  }

  @Override
  public void parse(byte[] bytes, int from, int to) throws ProtocolException {
    int at = from;
    while (at < to) {
      if (left > 0) {
        int count = Math.min(left, to - at);
        string.write(bytes, at, count);
        at += count;
        left -= count;
        if (left == 0) {
          endOfString();
        }
      } else {
        character(bytes[at++]);
      }
    }
  }

  private void character(byte c) throws ProtocolException {
    if (c == '\n') {
      String whole = line.toString(ISO_8859_1).stripTrailing();
      line.reset();
      line(whole);
    } else if (line.size() == MAX_LINE) {
      throw new ProtocolException("a line without end: " + line.toString(ISO_8859_1));
    } else {
      line.write(c);
    }
  }

  private void line(String whole) throws ProtocolException {
    char type = whole.isEmpty() ? ' ' : whole.charAt(0);
    switch (type) {
      case '+', ':' -> {
        handler.string(whole.substring(1).getBytes(ISO_8859_1));
        endOfElement();
      }
      case '-' -> {
        handler.error(whole.substring(1));
        endOfElement();
      }
      case '$' -> {
        int length = count(whole, MAX_STRING);
        if (length < 0) { // there is none
          endOfElement();
        } else {
          left = length + 2;
        }
      }
      case '*' -> {
        int length = count(whole, Integer.MAX_VALUE);
        if (length <= 0) {
          endOfElement();
        } else {
          open.push(length);
        }
      }
      default -> throw new ProtocolException("not an answer of Redis: " + whole);
    }
  }

  private static int count(String whole, int most) throws ProtocolException {
    try {
      int count = Integer.parseInt(whole.substring(1));
      if (count <= most) {
        return count;
      }
    } catch (NumberFormatException e) {
      // told of below
    }
    throw new ProtocolException("not a length: " + whole);
  }

  private void endOfString() {
    byte[] whole = string.toByteArray();
    string.reset();
    handler.string(Arrays.copyOf(whole, whole.length - 2));
    endOfElement();
  }

  private void endOfElement() {
    while (!open.isEmpty()) {
      int toCome = open.pop() - 1;
      if (toCome > 0) {
        open.push(toCome);
        return;
      }
    }
    handler.end();
  }
}
