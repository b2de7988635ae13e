package bellwether.eventlog;

import java.io.IOException;

/**
 * Thrown when the log cannot be written or read now, because its disk is full or out of reach. The
 * append has not happened, and no reader will see its events. A later attempt may succeed.
 */
public final class LogUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long first;
  private final long last;

  /**
   * Creates an exception about the log as a whole.
   *
   * @param message one line for an operator
   */
  public LogUnavailableException(String message, Throwable cause) {
    this(message, cause, 0, -1);
  }

  /**
   * Creates an exception about a part that cannot be read, though the rest may be.
   *
   * @param message one line for an operator
   * @param first the part's first position
   * @param last the part's last position
   */
  public LogUnavailableException(String message, Throwable cause, long first, long last) {
    super(message, cause);
    this.first = first;
    this.last = last;
  }

  /**
   * Returns whether the exception is about a part of the log, from {@link #first} to {@link #last}.
   */
  public boolean isOfPart() {
    return first <= last;
  }

  public long first() {
    return first;
  }

  public long last() {
    return last;
  }

  public static LogUnavailableException cannotWrite(Throwable cause) {
    String why = cause instanceof IOException ? cause.getMessage() : cause.toString();
    return new LogUnavailableException("the event log cannot be written: " + why, cause);
  }
}
