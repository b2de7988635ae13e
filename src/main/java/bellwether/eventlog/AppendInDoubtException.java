package bellwether.eventlog;

/**
 * Says that nobody knows whether an append was kept: the log did not confirm it, and could not undo
 * it. Whoever appends again under the same idempotency keys gets one event in any case.
 */
public final class AppendInDoubtException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line for an operator
   */
  public AppendInDoubtException(String message, Throwable cause) {
    super(message, cause);
  }
}
