package bellwether.operate;

import bellwether.config.Settings;
import bellwether.exchange.Reply;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The nodes that share one log, as far as their operators are concerned. Any thread. */
public interface OtherNodes {
  /** The nodes of a server that shares its log with nobody: none. */
  OtherNodes NONE =
      new OtherNodes() {
        @Override
        public List<Node> all() {
          return List.of();
        }

        @Override
        public CompletableFuture<Reply> drain(String name, String method, Settings.Drain times) {
          throw new IllegalArgumentException("there is no such node");
        }
      };

  /**
   * A node.
   *
   * @param since when it came
   * @param isSelf whether it is this one
   */
  record Node(String name, Instant since, boolean isSelf) {}

  /** Returns all nodes, this one included; none if this server shares its log with nobody. */
  List<Node> all();

  /**
   * Asks another node for a drain, its end or its state; does not wait.
   *
   * @param name of exactly one node, which is not this one
   * @param method POST, DELETE or GET
   * @param times of the drain
   * @return the answer for the operator
   */
  CompletableFuture<Reply> drain(String name, String method, Settings.Drain times);
}
