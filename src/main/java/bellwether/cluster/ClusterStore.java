package bellwether.cluster;

import bellwether.auth.Revocation;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The store in which nodes find each other: that of the log which they share. Any thread may call
 * any method, each of which may wait for the network, but for a bounded time.
 *
 * <p>Each method may throw {@link bellwether.table.SourceUnavailableException}.
 */
public interface ClusterStore {

  /**
   * The nodes at one moment.
   *
   * @param isNew whether the store did not know this node: it has just come, or was thought dead
   * @param self this node
   * @param others those that live, besides this one
   * @param dead those whose time is over and that have not been forgotten
   */
  record Meeting(boolean isNew, Member self, List<Member> others, List<UUID> dead) {}

  /**
   * Says that this node lives, for this long from now on.
   *
   * @param self its time counts only if it was there before
   */
  Meeting meet(Member self, Duration life);

  /** Forgets a node and all that it held. */
  void forget(UUID life);

  /**
   * Forgets a node and all that it held, unless it lives again, or has left something unfinished in
   * the store; returns whether it did.
   */
  boolean forgetIfDead(UUID life);

  /** Says what a node holds now; what has neither an amount nor a body it holds no more. */
  void hold(UUID life, Collection<Holding> changes);

  /** Returns what the living nodes hold of a kind, besides this one. */
  List<Holding> heldByOthers(UUID life, String kind);

  /** Returns what a node holds of a kind, or held when it died. */
  List<Holding> heldBy(UUID life, String kind);

  /** Returns the sums of what the living nodes hold of a kind, besides this one, by id. */
  Map<UUID, Long> amountsOfOthers(UUID life, String kind);

  /** Sends a message to a node, which is lost if that does not take it in time. */
  void send(UUID receiver, String message, Duration life);

  /** Takes the messages for a node, the oldest first. */
  List<String> receive(UUID receiver);

  /** Keeps a revocation; of two of the same name the later time counts. */
  void revoke(Revocation revocation);

  /** Returns all revocations that are still needed. */
  List<Revocation> revocations();
}
