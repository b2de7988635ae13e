package bellwether.faults.cluster;

import java.util.ArrayList;
import java.util.List;

/** The fail-overs of a run, in their order. Thread-safe. */
final class Takeovers {
  /** What the server that takes over has. */
  enum Kind {
    /** All that was acknowledged. */
    COMPLETE,
    /** Less than was acknowledged. */
    LAGGING
  }

  // Guarded by this.
  private final List<Kind> all = new ArrayList<>();

  /** Another server is about to take over: what is acknowledged from now on, it has. */
  synchronized void add(Kind kind) {
    all.add(kind);
  }

  /** Returns how many there have been. */
  synchronized int count() {
    return all.size();
  }

  synchronized long count(Kind kind) {
    return all.stream().filter(each -> each == kind).count();
  }

  /** Returns whether the server lacked something that took over at the end of this reign. */
  synchronized boolean mayLose(int reign) {
    return reign < all.size() && all.get(reign) == Kind.LAGGING;
  }
}
