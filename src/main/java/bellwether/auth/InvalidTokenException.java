package bellwether.auth;

/**
 * Thrown when a token is not valid; the message says why, and contains nothing of the token itself.
 */
public final class InvalidTokenException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean isTemporary;

  public InvalidTokenException(String reason) {
    this(reason, false);
  }

  public InvalidTokenException(String reason, boolean isTemporary) {
    super(reason, null, false, false); // an answer, not a fault: no stack
    this.isTemporary = isTemporary;
  }

  /**
   * Returns whether the same token may be valid in a moment, because its key may only not be known
   * yet.
   */
  public boolean isTemporary() {
    return isTemporary;
  }
}
