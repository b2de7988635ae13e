package bellwether.hub;

/** The outcome of a subscriber's pass over the log. */
enum Progress {
  /** The pass looked at all of it. */
  THROUGH,
  /** The sink was full. */
  REFUSED,
  /** Much was looked at, and there is more. */
  UNDER_WAY,
  /** The log has to fetch what follows; we are woken when it has. */
  AWAITING
}
