package bellwether.hub;

/** How a subscriber's pass over the log ended. */
enum Progress {
  /** All of it was looked at. */
  THROUGH,
  /** The sink was full. */
  REFUSED,
  /** Much was looked at, and there is more. */
  UNDER_WAY,
  /** The log has to fetch what follows; we are woken when it has. */
  AWAITING
}
