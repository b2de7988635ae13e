package bellwether.cluster;

import java.util.UUID;

/**
 * A part of the application that shares something with other nodes. It may wait for their store.
 */
public interface Part {
  /**
   * Takes part in a meeting, of which there is one every two seconds.
   *
   * @param isForgotten whether the store has forgotten what this node holds, so that all of it has
   *     to be said again
   */
  void meet(boolean isForgotten);

  /** Learns that this node has not met the others for so long that what it knows of them is old. */
  default void cutOff() {}

  /**
   * Does what a node could not do that has died; more than once if it fails, or on two nodes at a
   * time.
   *
   * @param life what it held can still be read
   */
  default void mourn(UUID life) {}
}
