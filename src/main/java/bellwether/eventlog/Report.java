package bellwether.eventlog;

import org.slf4j.Logger;

/**
 * Reports failures in places that nothing may leave by an exception: the end of a schedule, of a
 * turn or of a thread. Without memory a logger may throw, too; then nothing is reported.
 *
 * <p>Make one when the class is loaded: loading this one may fail later, for the same reason.
 */
public final class Report {
  private final Logger logger;

  public Report(Logger logger) {
    this.logger = logger;
  }

  /** Logs an error; throws nothing. */
  public void error(String message, Throwable failure) {
    try {
      logger.error(message, failure);
    } catch (Throwable again) {
      // Out of here, it would end for good what is only to be tried again.
    }
  }

  /** Logs an error that needs no stack trace; throws nothing. */
  public void error(String message) {
    try {
      logger.error(message);
    } catch (Throwable again) {
      // As above.
    }
  }

  /**
   * Logs an error in one line; throws nothing.
   *
   * @param message has a place for what it is about, and one for the failure
   */
  public void errorInOneLine(String message, Object about, Throwable failure) {
    try {
      logger.error(message, about, failure.toString());
    } catch (Throwable again) {
      // As above.
    }
  }

  /** Logs a warning; throws nothing. */
  public void warn(String message, Throwable failure) {
    try {
      logger.warn(message, failure);
    } catch (Throwable again) {
      // As above.
    }
  }
}
