package bellwether.faults;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What must not happen, whatever else does. */
public enum Wrong {
  /** An acknowledged event never came. */
  LOST,
  /** An event came again. */
  DOUBLED,
  /** An event came after one that was published later on the same topic. */
  MISORDERED,
  /** A reader was told of a gap, though retention had passed nobody. */
  NEEDLESS_GAP,
  /** The id after which a reader resumes went back. */
  ID_WENT_BACK,
  /** One event has been seen under two ids. */
  TWO_IDS,
  /** Data that nobody published, or a stream that is none. */
  DAMAGED,
  /** An event of a topic that was not asked for, or not allowed. */
  UNASKED,
  /** A second process opened the data of one that runs. */
  SHARED,
  /** A status at which an {@code EventSource} gives up, or a publisher must. */
  REFUSED,
  /** A reader went on after an event that a fail-over had lost, and was told of no gap. */
  UNTOLD,
  /** A poll lacked what had been acknowledged, on any node, before it began. */
  STALE_POLL;

  /** What can be seen with one server, which loses nothing that it has acknowledged. */
  static final Set<Wrong> OF_ONE_NODE = Collections.unmodifiableSet(EnumSet.range(LOST, REFUSED));
}
