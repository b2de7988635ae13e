package bellwether.eventlog.shared;

/** Thrown when the store of a shared log does not answer, or refuses. A later call may succeed. */
public class StoreException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean isInDoubt;

  /**
   * @param message one line for an operator
   * @param isInDoubt whether what was asked for may have happened; false if it certainly has not
   */
  public StoreException(String message, Throwable cause, boolean isInDoubt) {
    super(message, cause);
    this.isInDoubt = isInDoubt;
  }

  /** Returns whether what was asked for may have happened all the same. */
  public boolean isInDoubt() {
    return isInDoubt;
  }
}
