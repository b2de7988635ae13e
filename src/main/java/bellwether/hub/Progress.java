package bellwether.hub;

/** The outcome of a subscriber's pass over the log. */
enum Progress {
  /** The pass looked at all entries. */
  THROUGH,
  /** The sink was full. */
  REFUSED,
  /** The pass looked at many entries, and there are more. */
  UNDER_WAY,
  /** The log has to fetch the next entries, and wakes the subscriber when it has. */
  AWAITING
}
