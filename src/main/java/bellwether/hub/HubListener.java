package bellwether.hub;

/**
 * A listener to the hub's deliveries, for metrics. Called on hot paths: it must be quick and never
 * throw.
 */
public interface HubListener {
  HubListener NONE = new HubListener() {};

  default void published(int events) {}

  /** Called when entries were handed to one reader. */
  default void delivered(int entries) {}

  /**
   * Called when entries were skipped for one reader because a newer state of their topic follows.
   */
  default void conflated(int entries) {}

  /** Called when a reader was told that it missed events. */
  default void gap() {}
}
