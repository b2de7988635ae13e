package bellwether.observe;

/** Why a stream ended. */
public enum CloseReason {
  /** The client went away. */
  GONE,
  /** The client took no byte for too long. */
  STALLED,
  /** The client fell too far behind the log. */
  LAGGED,
  /** Its token expired. */
  EXPIRED,
  /** Its token, or all of its user's, were revoked. */
  REVOKED,
  /** A page of the demo asked for it. */
  CUT,
  /** We are shutting down. */
  SHUTDOWN,
  /** The container ended it, or something of ours failed. */
  ERROR
}
