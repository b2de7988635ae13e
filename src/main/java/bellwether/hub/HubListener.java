package bellwether.hub;

/**
 * Told of what happens in the hub, for metrics. Called on hot paths: must be quick, never throw.
 */
public interface HubListener {
  HubListener NONE = new HubListener() {};

  default void published(int events) {}

  /** Entries were handed to one reader. */
  default void delivered(int entries) {}

  /** Entries were skipped for one reader because a newer state of their topic follows. */
  default void conflated(int entries) {}

  /** A reader was told that it missed something. */
  default void gap() {}
}
