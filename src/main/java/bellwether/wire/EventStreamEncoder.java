package bellwether.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Encodes events as the bytes of a {@code text/event-stream}. Every {@link ServerSentEvent} has an
 * encoding, and a client that follows WHATWG HTML 9.2.6 reads back what was meant.
 *
 * <pre>{@code
 * new ServerSentEvent("7", "quote", "GOOG\n556", Duration.ofSeconds(10))
 *
 * id: 7
 * event: quote
 * retry: 10000
 * data: GOOG
 * data: 556
 * (a blank line)
 * }</pre>
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">WHATWG HTML 9.2.5,
 *     Parsing an event stream</a>
 */
public final class EventStreamEncoder {
  private static final String ID = "id: ";

  /**
   * The beginning of a data line, with a space: a client drops one space after the colon, so that
   * the data may begin with another.
   */
  private static final byte[] DATA = "data: ".getBytes(UTF_8);

  private EventStreamEncoder() {}

  /**
   * Returns one whole block: the lines {@code id}, {@code event} and {@code retry} as far as the
   * event has them, one {@code data} line for each line of its data, and a blank line. The id comes
   * first, so that {@linkplain #idLength skipping it} leaves the same event without an id.
   */
  public static byte[] encode(ServerSentEvent event) {
    return encode(event, Surrogates.replaceLone(event.data()).getBytes(UTF_8));
  }

  /**
   * Returns the block of an event whose data has been encoded already.
   *
   * @param data the event's data as UTF-8
   */
  public static byte[] encode(ServerSentEvent event, byte[] data) {
    StringBuilder fields = new StringBuilder(64);
    appendLine(fields, ID, event.id());
    appendLine(fields, "event: ", event.type());
    Duration retry = event.retry();
    if (retry != null) {
      appendLine(fields, "retry: ", Long.toString(retry.toMillis()));
    }
    byte[] head = fields.toString().getBytes(UTF_8);
    boolean isOneLine = event.data().indexOf('\n') < 0 && event.data().indexOf('\r') < 0;
    int length = isOneLine ? DATA.length + data.length + 1 : lengthAsLines(data);
    byte[] block = Arrays.copyOf(head, head.length + length + 1);
    int end =
        isOneLine
            ? writeLine(data, 0, data.length, block, head.length)
            : writeAsLines(data, block, head.length);
    block[end] = '\n';
    return block;
  }

  /**
   * Returns the number of bytes that the id line takes at the front of {@link #encode
   * encode(event)}; 0 without an id.
   */
  public static int idLength(ServerSentEvent event) {
    String id = event.id();
    return id == null ? 0 : ID.length() + id.getBytes(UTF_8).length + 1;
  }

  /**
   * Returns an event's data as a client reads it: LF for each line end, and U+FFFD for what UTF-8
   * cannot express.
   */
  public static String dataAsRead(String data) {
    return Surrogates.replaceLone(data).replace("\r\n", "\n").replace('\r', '\n');
  }

  /**
   * Returns a comment that only shows that the connection is alive; to be written between blocks.
   * It ends in one newline, not two: some clients take the blank line for an event without data.
   */
  public static byte[] heartbeat() {
    return ":\n".getBytes(UTF_8);
  }

  /**
   * Returns the first bytes of a stream: a comment, so that even a quiet stream starts at once, and
   * the reconnection time. They belong to the block that follows and make no event of their own.
   *
   * @throws IllegalArgumentException if {@code retry} is negative or too long to be written
   */
  public static byte[] opening(Duration retry) {
    long millis = ServerSentEvent.requireWritable(retry).toMillis();
    return (":\nretry: " + millis + "\n").getBytes(UTF_8);
  }

  private static void appendLine(StringBuilder block, String field, @Nullable String value) {
    if (value != null) {
      block.append(field).append(value).append('\n');
    }
  }

  /** Returns the number of bytes that {@link #writeAsLines} writes. */
  private static int lengthAsLines(byte[] data) {
    int lines = 1;
    int ends = 0; // bytes of line ends
    for (int i = 0; i < data.length; i++) {
      if (isLineEnd(data[i])) {
        ends++;
        lines += endsCrLf(data, i) ? 0 : 1;
      }
    }
    return data.length - ends + lines * (DATA.length + 1);
  }

  /** Writes a {@code data} line for each line; returns where they end. */
  private static int writeAsLines(byte[] data, byte[] block, int place) {
    int end = place;
    int start = 0;
    for (int i = 0; i < data.length; i++) {
      if (isLineEnd(data[i])) {
        if (!endsCrLf(data, i)) {
          end = writeLine(data, start, i, block, end);
        }
        start = i + 1;
      }
    }
    return writeLine(data, start, data.length, block, end); // may be empty, and still counts
  }

  private static int writeLine(byte[] data, int start, int end, byte[] block, int place) {
    System.arraycopy(DATA, 0, block, place, DATA.length);
    System.arraycopy(data, start, block, place + DATA.length, end - start);
    int last = place + DATA.length + end - start;
    block[last] = '\n';
    return last + 1;
  }

  private static boolean isLineEnd(byte b) { // no other character has such a byte in UTF-8
    return b == '\n' || b == '\r';
  }

  private static boolean endsCrLf(byte[] data, int at) {
    return data[at] == '\n' && at > 0 && data[at - 1] == '\r';
  }
}
