package bellwether.mercure;

import java.util.List;
import java.util.Map;

/**
 * The subscriptions that are active on the servers that share a log. Each text is what {@link
 * ActiveSubscriptions} made of one subscriber's. Any thread; each call may wait, and may throw
 * {@link bellwether.table.SourceUnavailableException}.
 */
public interface SubscriptionDirectory {
  /** The directory of a server that shares its log with nobody. */
  SubscriptionDirectory NONE =
      new SubscriptionDirectory() {
        @Override
        public void put(Map<String, String> bySubscriber) {}

        @Override
        public void replace(Map<String, String> all) {}

        @Override
        public List<String> ofOthers() {
          return List.of();
        }
      };

  /**
   * Puts this server's subscribers into the directory; an empty text takes one out.
   *
   * @param bySubscriber their texts
   */
  void put(Map<String, String> bySubscriber);

  /** Puts this server's subscribers into the directory, and takes out all other ones of its own. */
  void replace(Map<String, String> all);

  /** Returns the texts of all other servers' subscribers. */
  List<String> ofOthers();
}
