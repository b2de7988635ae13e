package bellwether.hub;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The events that one subscriber is sent: first what opens the stream, then what follows in the
 * log. {@link #poll} and {@link #heartbeat} are for one thread at a time, the one that holds the
 * connection's write turn; everything else is for any thread.
 */
public interface Subscription extends AutoCloseable {
  /** Returns the interest that it was opened with. */
  Interest interest();

  /**
   * Returns the value of the response header {@code Last-Event-ID} (Mercure): the id that was asked
   * for if everything after it follows, {@code earliest} if not, or if something of the time that
   * was asked for does not; null when all of that time follows, or neither was asked for.
   */
  @Nullable String lastEventIdHeader();

  /**
   * Offers the sink what this subscriber is due, until it refuses or there is no more. When there
   * is nothing, the hub wakes the subscriber once there is.
   *
   * @return whether it stopped because it had looked at much of the log, and should be called again
   *     after others have had their turn
   */
  boolean poll(EventSink sink);

  /** Returns whether the log is fetching what follows; the hub wakes the subscriber when it has. */
  boolean isAwaiting();

  /**
   * Returns whether much memory is counted for what was taken last, until the next poll or the end:
   * so one that keeps what it takes should take no more. For the thread that polls.
   */
  boolean isHolding();

  /**
   * Returns whether it has held so much for longer than its client should need, while others wait
   * for the room.
   *
   * @param patience time that any client has, besides what the size of it takes
   */
  boolean isOverdue(Duration patience);

  /**
   * The id after which the rest follows, for a client that has got all that was taken so far: it
   * has passed what is not for this subscriber. Null as long as what opens the stream has not all
   * been taken. For the thread that polls.
   */
  @Nullable String resumeId();

  /**
   * Returns what to write to a stream that has been quiet: a comment, or, if the log moved on
   * meanwhile, a cursor event, so that a reader of a quiet topic is not overtaken by the retention
   * of busy ones.
   */
  byte[] heartbeat();

  /**
   * Returns how many positions of the log a subscriber that once kept up, and no longer does, has
   * yet to pass; else 0. One that catches up after a long absence is not lagging.
   */
  long lag();

  /** Ends the subscriber's interest. Any number of times. */
  @Override
  void close();
}
