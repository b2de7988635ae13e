package bellwether.bench;

import java.util.Arrays;

/**
 * Finds the measured events in one event stream that comes in pieces cut anywhere. Whatever else is
 * in the stream is passed over: comments, ids, types, data that is no {@link Payload}. Not
 * thread-safe.
 */
final class EventParser {
  /** What is told. */
  interface Handler {
    void event(int publisher, long number, long dueNanos);

    /** One that has not come as it was published. */
    void damaged();
  }

  /*
   * A line that lies whole in one piece is looked at where it lies; only one that is cut is copied.
   * As for a browser, an event counts once the blank line behind it has come.
   */
  private static final byte[] NOTHING = {};

  private final Handler handler;
  private byte[] cut = NOTHING; // the line that has begun, if it was cut
  private int cutLength;
  private boolean pending;
  private boolean sound;
  private int publisher;
  private long number;
  private long dueNanos;

  // The place in the line while its numbers are read.
  private int at;

  EventParser(Handler handler) {
    this.handler = handler;
  }

  void parse(byte[] bytes, int from, int to) {
    int start = from;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        if (cutLength == 0) {
          line(bytes, start, i);
        } else {
          keep(bytes, start, i);
          int length = cutLength;
          cutLength = 0;
          line(cut, 0, length);
        }
        start = i + 1;
      }
    }
    keep(bytes, start, to);
  }

  private void keep(byte[] bytes, int from, int to) {
    int length = to - from;
    if (cutLength + length > cut.length) {
      cut = Arrays.copyOf(cut, Math.max(256, 2 * (cutLength + length)));
    }
    System.arraycopy(bytes, from, cut, cutLength, length);
    cutLength += length;
  }

  private void line(byte[] bytes, int from, int to) {
    int end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
    if (end == from) {
      dispatch();
    } else if (end - from > 5
        && bytes[from] == 'd'
        && bytes[from + 1] == 'a'
        && bytes[from + 2] == 't'
        && bytes[from + 3] == 'a'
        && bytes[from + 4] == ':') {
      int value = bytes[from + 5] == ' ' ? from + 6 : from + 5;
      if (value < end && isDigit(bytes[value])) {
        data(bytes, value, end);
      }
    }
  }

  private void data(byte[] bytes, int from, int end) {
    at = from;
    long length = number(bytes, end);
    publisher = (int) number(bytes, end);
    number = number(bytes, end);
    dueNanos = number(bytes, end);
    sound = !pending && at >= 0 && length == end - from;
    pending = true;
  }

  /** Reads digits and the hyphen behind them; once that has failed it goes on failing. */
  private long number(byte[] bytes, int end) {
    long value = 0;
    int digits = at;
    while (at >= 0 && at < end && isDigit(bytes[at])) {
      value = 10 * value + bytes[at++] - '0';
    }
    at = at > digits && at < end && bytes[at] == '-' ? at + 1 : -1;
    return value;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private void dispatch() {
    if (pending) {
      pending = false;
      if (sound) {
        handler.event(publisher, number, dueNanos);
      } else {
        handler.damaged();
      }
    }
  }
}
