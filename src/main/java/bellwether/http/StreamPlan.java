package bellwether.http;

import bellwether.auth.Grant;
import bellwether.hub.Interest;

/**
 * What a stream is to be.
 *
 * @param grant by which it is opened
 */
record StreamPlan(Interest interest, Grant grant, Dialect dialect) {

  /** Who is spoken to. */
  enum Dialect {
    /** Knows our control events, and gets the stream's own URL. */
    OURS,
    /**
     * Knows what the Mercure protocol says, and of us what an {@code EventSource} can tell apart.
     */
    MERCURE
  }
}
