package bellwether.stream;

import bellwether.auth.Grant;
import bellwether.hub.Interest;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a stream to be opened.
 *
 * @param grant by which it is opened
 * @param arrival called when it is about to be open
 */
public record StreamPlan(Interest interest, Grant grant, Dialect dialect, Arrival arrival) {
  /** A departure that has no observer. */
  static final Runnable NOTHING = () -> {};

  /** An arrival that has no observer, and whose departure has none. */
  public static final Arrival UNTOLD = () -> NOTHING;

  /** An observer that is told when a stream opens. */
  public interface Arrival {
    /**
     * Observes that the stream opens.
     *
     * @return a function to call when the stream has ended, perhaps repeatedly; null if the stream
     *     must not open now
     */
    @Nullable Runnable tell();
  }

  /** The kinds of clients. */
  public enum Dialect {
    /** A client that knows our control events, and gets the stream's own URL. */
    OURS,
    /**
     * A client that knows the Mercure protocol. Of our own events it gets those that an {@code
     * EventSource} can tell apart.
     */
    MERCURE
  }
}
