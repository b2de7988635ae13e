package bellwether.faults.cluster;

import bellwether.harness.proxy.Strike;
import java.time.Duration;

/**
 * One thing that happens in a run.
 *
 * @param pause before it
 * @param target says which one it happens to, of those that there are: the remainder counts
 * @param strike what happens to a connection
 */
record ClusterStep(Duration pause, Kind kind, int target, Strike strike) {
  enum Kind {
    /** A connection of a reader or a publisher is struck. */
    CUT,
    /** A node is killed ({@code kill -9}) and started again. */
    KILL,
    /** The node that has the feeds stands still for some seconds. */
    PAUSE,
    /** The database's primary is killed and started again. */
    RESTART,
    /** The primary is killed, and the standby takes over that has all that was acknowledged. */
    COMPLETE_TAKEOVER,
    /** Primary and standby are killed, and one takes over that lacks what came last. */
    LAGGING_TAKEOVER,
    /** A standby takes over although the primary lives, and one node goes over to it at first. */
    TWO_PRIMARIES,
    /** All connections of a node to the database are reset, and no new ones are taken. */
    REFUSED,
    /** What the database answers to a node does not arrive, and then the connections are reset. */
    UNANSWERED,
    /** All nodes' connections to the database are reset, in whatever they were doing. */
    RESET;

    static final Kind[] PARTITIONS = {REFUSED, UNANSWERED, RESET};
  }
}
