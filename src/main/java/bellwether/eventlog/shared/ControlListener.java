package bellwether.eventlog.shared;

import java.util.List;

/**
 * A listener for what nodes tell each other in the log. It is called on the thread that follows the
 * log, before the readers of this node can read any later entry. It must not wait for the log.
 */
public interface ControlListener {
  /**
   * Hears messages, in order. If it fails, it hears them again.
   *
   * @param messages as given to {@link SharedEventLog#tellNodes}
   */
  void heard(List<String> messages);

  /** Learns that it may have missed messages, since this node has begun anew. */
  void missedSome();
}
