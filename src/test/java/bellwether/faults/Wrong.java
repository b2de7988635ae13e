package bellwether.faults;

/** What must not happen, whatever else does. */
enum Wrong {
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
  REFUSED
}
