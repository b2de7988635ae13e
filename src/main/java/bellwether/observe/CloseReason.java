package bellwether.observe;

/** The reason why a stream ended. */
public enum CloseReason {
  /** The client went away. */
  GONE,
  /** The client sent something after its request, which would not be answered. */
  INPUT,
  /** The client took no byte for too long. */
  STALLED,
  /** The client fell too far behind the log. */
  LAGGED,
  /** The client's token expired. */
  EXPIRED,
  /** The client's token, or all tokens of its user, were revoked. */
  REVOKED,
  /** A page of the demo asked to cut the stream. */
  CUT,
  /** The stream had lasted as long as a stream may. */
  AGED,
  /** The application is shutting down. */
  SHUTDOWN,
  /** The container ended the stream, or the application failed. */
  ERROR
}
