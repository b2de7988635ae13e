package bellwether.topic;

/**
 * A topic template or URL pattern would have more states than it may have. The message is fit for
 * the subscriber.
 */
public final class PatternTooLargeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  PatternTooLargeException(String message) {
    super(message);
  }
}
