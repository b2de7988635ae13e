package bellwether.table;

/**
 * Thrown when a source of events, such as a database, cannot be reached for now. The message is one
 * line fit for an operator: it names what cannot be reached, and the first cause.
 */
public final class SourceUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SourceUnavailableException(String source, Throwable cause) {
    super(source + " is out of reach: " + reason(cause), cause);
  }

  /**
   * @param message one line fit for an operator
   */
  public SourceUnavailableException(String message) {
    super(message);
  }

  private static String reason(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null
        ? root.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
