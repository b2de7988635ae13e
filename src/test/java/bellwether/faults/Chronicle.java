package bellwether.faults;

import bellwether.harness.proxy.Strike;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was done last to the server, and to a connection, and how long ago: for the words of a
 * finding that depends on it. Thread-safe.
 */
public final class Chronicle {
  private static final int MAX_REMEMBERED = 8;

  /** What was done, and when. */
  private record Entry(long nanos, String what) {
    String seenFrom(long now) {
      return "%,d ms ago %s".formatted(Duration.ofNanos(now - nanos).toMillis(), what);
    }
  }

  private final LongSupplier nanoTime;

  // Guarded by this.
  private final Deque<Entry> entries = new ArrayDeque<>(); // the newest last
  private @Nullable Entry strike; // the last; there are so many that they would oust all else

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public Chronicle(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  public synchronized void note(String what) {
    if (entries.size() == MAX_REMEMBERED) {
      entries.removeFirst();
    }
    entries.addLast(new Entry(nanoTime.getAsLong(), what));
  }

  public synchronized void struck(Strike newStrike) {
    strike = new Entry(nanoTime.getAsLong(), newStrike.toString());
  }

  /** Returns all that is remembered, in words, the newest first. */
  public synchronized String lately() {
    long now = nanoTime.getAsLong();
    StringBuilder text = new StringBuilder();
    for (Iterator<Entry> each = entries.descendingIterator(); each.hasNext(); ) {
      text.append(each.next().seenFrom(now)).append("; ");
    }
    return text.append(strike == null ? "no strike yet" : strike.seenFrom(now)).toString();
  }
}
