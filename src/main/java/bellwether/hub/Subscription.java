package bellwether.hub;

import bellwether.wire.EventStreamEncoder;
import org.jspecify.annotations.Nullable;

/**
 * What one subscriber is sent: first what opens the stream, then what follows in the log. {@link
 * #poll} and {@link #heartbeat} are for one thread at a time, the one that holds the connection's
 * write turn; everything else is for any thread.
 */
public final class Subscription implements AutoCloseable {
  private final Opening opening;
  private final Cursor cursor;
  private final Stripe stripe;

  Subscription(Opening opening, Cursor cursor, Stripe stripe) {
    this.opening = opening;
    this.cursor = cursor;
    this.stripe = stripe;
  }

  /**
   * What the response header {@code Last-Event-ID} is to say (Mercure): the id that was asked for
   * if everything after it follows, {@code earliest} if not; null when none was asked for.
   */
  public @Nullable String lastEventIdHeader() {
    return opening.lastEventIdHeader();
  }

  /**
   * Offers the sink what this subscriber is due, until it refuses or there is no more. When there
   * is nothing, the hub wakes the subscriber once there is.
   *
   * @return whether it stopped because it had looked at much of the log, and should be called again
   *     after others have had their turn
   */
  public boolean poll(FrameSink sink) {
    return opening.write(sink) && cursor.write(sink);
  }

  /**
   * What to write to a stream that has been quiet: a comment, or, if the log moved on meanwhile, a
   * cursor event, so that a reader of a quiet topic is not overtaken by the retention of busy ones.
   */
  public byte[] heartbeat() {
    return opening.isWritten()
        ? cursor.heartbeat(stripe.examined())
        : EventStreamEncoder.heartbeat();
  }

  /**
   * How many positions of the log a subscriber that once kept up, and no longer does, has yet to
   * pass; else 0. One that catches up after a long absence is not lagging.
   */
  public long lag() {
    return cursor.lag();
  }

  /** Ends the subscriber's interest. Any number of times. */
  @Override
  public void close() {
    stripe.remove(cursor);
    cursor.close();
  }
}
