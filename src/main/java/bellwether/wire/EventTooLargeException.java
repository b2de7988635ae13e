package bellwether.wire;

/** Thrown when a stream has a line, or an event, longer than its reader accepts. */
public final class EventTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EventTooLargeException(int maxEventBytes) {
    super("a line or an event's data is longer than " + maxEventBytes + " bytes");
  }
}
