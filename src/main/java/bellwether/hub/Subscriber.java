package bellwether.hub;

/** The holder of a {@link Cursor}. */
public interface Subscriber {
  /** There is something to poll for. Called on a fan-out thread or a timer's; must not block. */
  void wake();

  /**
   * The log has dropped what was still due, and the subscriber is not sent {@linkplain
   * Interest#tellsGaps gap events}: so it is to end, and its client to come back. Called in a poll,
   * perhaps repeatedly; nothing more follows.
   */
  default void overtaken() {}
}
