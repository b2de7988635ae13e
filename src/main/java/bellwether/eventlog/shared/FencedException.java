package bellwether.eventlog.shared;

/**
 * Thrown when another node has taken over the work that an append belongs to: it has not happened.
 */
public final class FencedException extends StoreException {
  private static final long serialVersionUID = 1L;

  public FencedException(Throwable cause) {
    super("another node has taken over", cause, false);
  }
}
