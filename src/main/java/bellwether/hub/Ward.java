package bellwether.hub;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A part of the log that could not be read, and the fetches that wait until it can be. */
final class Ward {
  private static final int MAX_DOUBLINGS = 3;

  final long first;
  final Set<Fetch> waiting = new LinkedHashSet<>();
  long last;
  @Nullable Fetch probe; // tries for all of them just now
  @Nullable Future<?> timer; // until it has run out, none tries
  boolean isHealed; // it can be read again, and those that wait are leaving
  private int failures;

  Ward(long first, long last) {
    this.first = first;
    this.last = last;
  }

  boolean isDue() {
    return timer == null && probe == null;
  }

  /** Returns the number of seconds to wait before the next try, after another one has failed. */
  long nextPause() {
    return 1L << Math.min(failures++, MAX_DOUBLINGS);
  }

  void add(Fetch fetch) {
    waiting.add(fetch);
    fetch.ward = this;
  }

  void cancelTimer() {
    Future<?> scheduled = timer;
    timer = null;
    if (scheduled != null) {
      scheduled.cancel(false);
    }
  }
}
