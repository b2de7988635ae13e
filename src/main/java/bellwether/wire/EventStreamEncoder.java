package bellwether.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Turns events into the bytes of a {@code text/event-stream}. Total: every {@link ServerSentEvent}
 * has an encoding, and a client that follows WHATWG HTML 9.2.6 reads back what was meant.
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

  private EventStreamEncoder() {}

  /**
   * Returns one whole block: the lines {@code id}, {@code event} and {@code retry} as far as the
   * event has them, one {@code data} line for each line of its data, and a blank line. The id comes
   * first, so that {@linkplain #idLength skipping it} leaves the same event without an id.
   */
  public static byte[] encode(ServerSentEvent event) {
    StringBuilder block = new StringBuilder(event.data().length() + 64);
    appendLine(block, ID, event.id());
    appendLine(block, "event: ", event.type());
    Duration retry = event.retry();
    if (retry != null) {
      appendLine(block, "retry: ", Long.toString(retry.toMillis()));
    }
    appendData(block, Surrogates.replaceLone(event.data()));
    return block.append('\n').toString().getBytes(UTF_8);
  }

  /**
   * Returns how many bytes at the front of {@link #encode encode(event)} are its id line; 0 without
   * an id.
   */
  public static int idLength(ServerSentEvent event) {
    StringBuilder line = new StringBuilder();
    appendLine(line, ID, event.id());
    return line.toString().getBytes(UTF_8).length;
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

  private static void appendData(StringBuilder block, String data) {
    int start = 0;
    for (int i = 0; i < data.length(); i++) {
      char c = data.charAt(i);
      if (c == '\n' || c == '\r') {
        boolean endsCrLf = c == '\n' && i > 0 && data.charAt(i - 1) == '\r';
        if (!endsCrLf) {
          appendDataLine(block, data, start, i);
        }
        start = i + 1;
      }
    }
    appendDataLine(block, data, start, data.length()); // may be empty, and counts all the same
  }

  private static void appendDataLine(StringBuilder block, String data, int start, int end) {
    // A client drops one space after the colon: ours, so that the line may begin with another.
    block.append("data: ").append(data, start, end).append('\n');
  }
}
