package bellwether.harness.proxy;

/** What may happen to a connection on its way. */
public enum Fault {
  /** Reset, on both sides, now. */
  RESET(true),
  /** Ended in order, on both sides, now: in the middle of whatever is under way. */
  END(true),
  /** Ended in order towards the client; the server is not told until the client has gone. */
  HALF_CLOSE(true),
  /** Ended in order towards the server, which may go on; the client is told nothing. */
  HALF_CLOSE_UP(false),
  /** Reset once so many more bytes have come down from the server. */
  TORN(true),
  /** Reset once so many more bytes have gone up to the server. */
  TORN_REQUEST(true),
  /** For a time nothing passes. */
  STALL(false),
  /** For a time each piece is held back before it is passed on. */
  DELAY(false),
  /** For a time a few bytes pass, then a few more. */
  TRICKLE(false);

  private final boolean isCut;

  Fault(boolean isCut) {
    this.isCut = isCut;
  }

  /** Whether the connection is surely over by it. */
  public boolean isCut() {
    return isCut;
  }
}
