package bellwether.stream;

import bellwether.auth.Grant;
import bellwether.hub.Interest;
import java.util.function.Supplier;

/**
 * The plan of a stream to be opened.
 *
 * @param grant by which it is opened
 * @param arrival called when it is open; what that gives is called when it has ended, perhaps
 *     repeatedly
 */
public record StreamPlan(
    Interest interest, Grant grant, Dialect dialect, Supplier<Runnable> arrival) {
  /** An arrival that nobody is told of. */
  public static final Supplier<Runnable> UNTOLD = () -> () -> {};

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
