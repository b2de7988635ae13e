package bellwether.eventlog.shared;

import java.util.List;

/**
 * A listener for what nodes tell each other in the log. It is called on the thread that follows the
 * log, before the readers of this node can read any later entry. It may wait for the log's store,
 * but not for the log. If it fails, it is called again.
 */
public interface ControlListener {
  /** A listener that ignores all messages. */
  ControlListener NOBODY =
      new ControlListener() {
        @Override
        public void heard(List<String> messages) {}

        @Override
        public void missedSome() {}
      };

  /**
   * Hears messages, in order.
   *
   * @param messages as given to {@link SharedEventLog#tellNodes}
   */
  void heard(List<String> messages);

  /** Learns that it may have missed messages, since this node begins anew. */
  void missedSome();
}
