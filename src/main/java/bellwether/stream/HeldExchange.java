package bellwether.stream;

import bellwether.eventlog.LogEntry;
import bellwether.observe.CloseReason;
import java.time.Duration;

/** A request that is held open and answered as events come: a stream, or a poll. Any thread. */
public interface HeldExchange {
  /** Returns the authorization under which it is open. */
  StreamAuthorization terms();

  /** Returns whether its client may have a private event. */
  default boolean mayRead(LogEntry entry) {
    return terms().grant().mayRead(entry.publication().topics());
  }

  /**
   * Binds it to new terms and lets go of those it had; at once of the new ones, too, if it is
   * closed.
   */
  void bind(StreamAuthorization newTerms);

  /**
   * Ends it because its client may not have it any more.
   *
   * @param lastWords for a stream
   */
  void disallow(byte[] lastWords, CloseReason reason);

  /**
   * Ends it in order, once what is being written has been written.
   *
   * @param retry when a stream's client is to come back
   */
  void shutDown(Duration retry);

  /** Ends it without a word. */
  void close(CloseReason reason);
}
