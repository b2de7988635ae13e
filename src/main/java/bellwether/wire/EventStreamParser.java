package bellwether.wire;

import java.time.Duration;
import java.util.Objects;

/**
 * An incremental parser of one {@code text/event-stream}: exactly WHATWG HTML 9.2.6, fed in chunks
 * of any size. The listener's calls, and their order, do not depend on the chunks; each event is
 * dispatched at the very byte that completes it. A last event without a blank line after it is
 * never dispatched.
 *
 * <p>Not thread-safe. One parser reads one response: a reconnecting client takes a new one. An
 * exception thrown by a listener comes out of {@code feed}, and the parser cannot be used after it.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">WHATWG HTML 9.2.6,
 *     Interpreting an event stream</a>
 */
public final class EventStreamParser {
  /*
   * Lines are cut as bytes and decoded afterwards. That is the same as decoding first: in UTF-8 no
   * byte of a longer sequence looks like CR, LF or a colon, and a sequence cut short by one of them
   * is replaced and the byte read again. So a character split across chunks needs no thought.
   */

  /** A receiver of the parser's results, in the order of the stream. */
  public interface Listener {
    void onEvent(MessageEvent event);

    /**
     * Called when the stream sets the reconnection time, at its line, without waiting for a blank
     * one.
     */
    default void onRetry(Duration reconnectionTime) {}

    /** Receives a comment, without the colon and one space after it, if any. */
    default void onComment(String text) {}
  }

  private static final int DEFAULT_MAX_EVENT_BYTES = 4 << 20;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final byte[] LINE_FEED = {'\n'};

  private final Listener listener;
  private final int maxEventBytes;

  // The line under way, and the state that the bytes before it have left.
  private final BoundedBytes line;
  private boolean onFirstLine = true;
  private boolean afterCarriageReturn; // a line feed now is the rest of a CRLF
  private boolean tooLarge;

  // The block under way: the standard's three buffers. Data counts as present once it has had a
  // line.
  private final BoundedBytes data;
  private boolean hasData;
  private String eventType = "";
  private String idBuffer = "";

  private String lastEventId = "";

  /** Creates a parser that accepts lines and events of up to 4 MiB. */
  public EventStreamParser(Listener listener) {
    this(listener, DEFAULT_MAX_EVENT_BYTES);
  }

  /**
   * @param maxEventBytes the most bytes that a line without its end, and the data of one event, may
   *     have
   */
  public EventStreamParser(Listener listener, int maxEventBytes) {
    if (maxEventBytes < 1) {
      throw new IllegalArgumentException("maxEventBytes is not positive: " + maxEventBytes);
    }
    this.listener = Objects.requireNonNull(listener, "listener");
    this.maxEventBytes = maxEventBytes;
    this.line = new BoundedBytes(maxEventBytes);
    this.data = new BoundedBytes(maxEventBytes);
  }

  /**
   * Parses the next bytes.
   *
   * @throws EventTooLargeException if a line or an event is too large, now or before
   */
  public void feed(byte[] bytes) {
    feed(bytes, 0, bytes.length);
  }

  /**
   * Parses the next {@code length} bytes from {@code offset}.
   *
   * @throws EventTooLargeException if a line or an event is too large, now or before
   */
  public void feed(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (tooLarge) {
      throw new EventTooLargeException(maxEventBytes);
    }
    try {
      readLines(bytes, offset, offset + length);
    } catch (EventTooLargeException e) {
      tooLarge = true;
      throw e;
    }
  }

  /**
   * Returns the id from which a client would resume: the id of the last finished block that had
   * one, with or without data; {@code ""} if none.
   */
  public String lastEventId() {
    return lastEventId;
  }

  private void readLines(byte[] bytes, int from, int to) {
    int start = from;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '\n' && afterCarriageReturn) {
        start = i + 1;
      } else if (b == '\n' || b == '\r') {
        line.append(bytes, start, i);
        readLine();
        line.clear();
        start = i + 1;
      }
      afterCarriageReturn = b == '\r';
    }
    line.append(bytes, start, to);
  }

  private void readLine() {
    int start = onFirstLine && line.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
    onFirstLine = false;
    if (start == line.length()) {
      endBlock();
      return;
    }
    int colon = line.find(':', start); // without one, the whole line is a name, its value empty
    int value = Math.min(line.length(), line.has(' ', colon + 1) ? colon + 2 : colon + 1);
    if (colon == start) {
      listener.onComment(valueFrom(value));
    } else {
      readField(line.text(start, colon), value);
    }
  }

  private void readField(String name, int value) {
    switch (name) {
      case "data" -> appendData(value);
      case "event" -> eventType = valueFrom(value);
      case "id" -> setId(valueFrom(value));
      case "retry" -> setRetry(valueFrom(value));
      default -> {} // the standard ignores it
    }
  }

  private String valueFrom(int start) {
    return line.text(start, line.length());
  }

  private void appendData(int value) {
    if (hasData) {
      data.append(LINE_FEED, 0, 1);
    }
    data.append(line, value);
    hasData = true;
  }

  private void setId(String id) {
    if (id.indexOf('\0') < 0) {
      idBuffer = id;
    }
  }

  private void setRetry(String digits) {
    long millis = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return;
      }
      boolean fits = millis <= (Long.MAX_VALUE - digit) / 10;
      millis = fits ? 10 * millis + digit : Long.MAX_VALUE;
    }
    if (!digits.isEmpty()) {
      listener.onRetry(Duration.ofMillis(millis));
    }
  }

  private void endBlock() {
    lastEventId = idBuffer;
    String type = eventType.isEmpty() ? "message" : eventType;
    eventType = "";
    if (hasData) {
      String text = data.text(0, data.length());
      data.clear();
      hasData = false;
      listener.onEvent(new MessageEvent(type, text, lastEventId));
    }
  }
}
