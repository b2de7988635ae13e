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
  /** The end that nobody is told of. */
  static final Runnable NOTHING = () -> {};

  /** An arrival that nobody is told of, nor of the end. */
  public static final Arrival UNTOLD = () -> NOTHING;

  /** What is told of a stream that opens. */
  public interface Arrival {
    /**
     * Tells of the opening.
     *
     * @return called when the stream has ended, perhaps repeatedly; null if it must not open now,
     *     and nothing was told
     */
    @Nullable Runnable tell();
  }

  /** The kinds of clients. */
  public enum Dialect {
    /** Knows our control events, and gets the stream's own URL. */
    OURS,
    /**
     * Knows what the Mercure protocol says, and of us what an {@code EventSource} can tell apart.
     */
    MERCURE
  }
}
