package bellwether.hub;

/** The holder of a {@link Cursor}. */
public interface Subscriber {
  /**
   * Called when there is something to poll for, on a fan-out thread or a timer's; must not block.
   */
  void wake();

  /**
   * Called when the log has dropped entries that were due, and the subscriber is not sent
   * {@linkplain Interest#tellsGaps gap events}: so it has to end, and its client to come back.
   * Called in a poll, perhaps repeatedly; nothing more follows.
   */
  default void overtaken() {}
}
