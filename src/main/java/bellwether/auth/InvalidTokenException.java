package bellwether.auth;

/** A token that allows nothing. The message says why, and nothing of the token itself. */
public final class InvalidTokenException extends Exception {
  private static final long serialVersionUID = 1L;

  public InvalidTokenException(String reason) {
    super(reason, null, false, false); // an answer, not a fault: no stack
  }
}
