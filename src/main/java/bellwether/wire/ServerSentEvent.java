package bellwether.wire;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event, as its sender means it. Every instance can be written as an event stream: a value that
 * could forge a field, or that UTF-8 cannot express, is refused here, so that later code need not
 * check.
 *
 * @param id the id that a client sends back as {@code Last-Event-ID}; {@code ""} makes it forget
 *     the id it has, {@code null} leaves that id alone
 * @param type the event type that listeners name; {@code null} means the default, {@code "message"}
 * @param data any text; a client sees each of its CR, LF and CRLF as LF
 * @param retry how long a client waits before it reconnects, in whole milliseconds (a fraction is
 *     dropped); {@code null} leaves that time alone
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">WHATWG HTML 9.2</a>
 */
public record ServerSentEvent(
    @Nullable String id, @Nullable String type, String data, @Nullable Duration retry) {

  /** The longest time that a {@code long} of milliseconds can express. */
  static final Duration MAX_RETRY = Duration.ofMillis(Long.MAX_VALUE);

  /**
   * @throws IllegalArgumentException if {@code id}, {@code type} or {@code retry} cannot be
   *     written; the message is fit for the sender
   */
  public ServerSentEvent {
    requireWritable(id, type, data, retry);
  }

  /**
   * Checks that an event with these values can be written.
   *
   * @throws IllegalArgumentException as the constructor does
   */
  public static void requireWritable(
      @Nullable String id, @Nullable String type, String data, @Nullable Duration retry) {
    if (id != null) {
      requireSingleLine("id", id);
    }
    if (type != null) {
      requireSingleLine("type", type);
      if (type.isEmpty()) {
        // A client takes an empty type for "message", which the sender did not ask for.
        throw new IllegalArgumentException("type is empty");
      }
    }
    Objects.requireNonNull(data, "data");
    if (retry != null) {
      requireWritable(retry);
    }
  }

  /** Returns an event that has only data: no id, and the default type. */
  public static ServerSentEvent of(String data) {
    return new ServerSentEvent(null, null, data, null);
  }

  /**
   * Returns {@code value} if it can stand on one line of an event stream and be read back
   * unchanged. A CR or LF would forge a field, a client ignores an id with a NUL, and UTF-8 cannot
   * express a lone surrogate.
   *
   * @param field what the message calls the value
   * @throws IllegalArgumentException if it cannot; the message is fit for the sender
   */
  public static String requireSingleLine(String field, String value) {
    if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
      throw new IllegalArgumentException(field + " contains a line break");
    }
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(field + " contains a NUL character");
    }
    if (Surrogates.indexOfLone(value, 0) >= 0) {
      throw new IllegalArgumentException(field + " contains half of a surrogate pair");
    }
    return value;
  }

  static Duration requireWritable(Duration retry) {
    if (retry.isNegative()) {
      throw new IllegalArgumentException("retry is negative");
    }
    if (retry.compareTo(MAX_RETRY) > 0) {
      throw new IllegalArgumentException("retry is too long");
    }
    return retry;
  }
}
