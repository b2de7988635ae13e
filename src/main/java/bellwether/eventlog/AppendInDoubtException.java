package bellwether.eventlog;

/**
 * Thrown when the outcome of an append is unknown: the log did not confirm it, and could not undo
 * it. If the publisher appends again under the same idempotency keys, there is one event in any
 * case.
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
