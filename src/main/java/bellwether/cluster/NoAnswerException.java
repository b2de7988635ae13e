package bellwether.cluster;

/** Thrown if another node does not answer, or cannot do what it was asked for. */
public final class NoAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoAnswerException(String message) {
    super(message);
  }
}
