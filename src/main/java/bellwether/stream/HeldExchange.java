package bellwether.stream;

import bellwether.eventlog.LogEntry;
import bellwether.observe.CloseReason;
import java.time.Duration;

/**
 * A request that is held open, and answered when events are published: a stream or a poll. Any
 * thread.
 */
public interface HeldExchange {
  /** Returns the authorization under which the request is open. */
  StreamAuthorization terms();

  /** Returns whether the client may read a private event. */
  default boolean mayRead(LogEntry entry) {
    return terms().grant().mayRead(entry.publication().topics());
  }

  /**
   * Binds the request to a new authorization and releases the old one; if the request is closed,
   * the new one is released at once, too.
   */
  void bind(StreamAuthorization newTerms);

  /**
   * Ends the request because its client is no longer authorized.
   *
   * @param lastWords the last bytes of a stream
   */
  void disallow(byte[] lastWords, CloseReason reason);

  /**
   * Ends the request in order, after the write that is under way.
   *
   * @param retry when a stream's client is to come back
   */
  void shutDown(Duration retry);

  /** Ends the request without an event or answer. */
  void close(CloseReason reason);
}
