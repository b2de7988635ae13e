package bellwether.eventlog;

import java.io.IOException;

/**
 * The log cannot be written or read just now: its disk is full, or away. What was to be appended
 * has not been, and will not be read by anybody. It may work again when tried later.
 */
public final class LogUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line for an operator
   */
  public LogUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  static LogUnavailableException cannotWrite(Throwable cause) {
    String why = cause instanceof IOException ? cause.getMessage() : cause.toString();
    return new LogUnavailableException("the event log cannot be written: " + why, cause);
  }
}
