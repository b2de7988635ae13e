package bellwether.faults.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

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
  private int splits; // how often there began to be two primaries
  private boolean isSplit;

  /** Another server is about to take over: what is acknowledged from now on, it has. */
  synchronized void add(Kind kind) {
    all.add(kind);
  }

  /** From now on there are two primaries, and either acknowledges what the other lacks. */
  synchronized void split() {
    splits++;
    isSplit = true;
  }

  /** The older primary is gone, and all that it acknowledged in the meantime. */
  synchronized void endSplit() {
    isSplit = false;
    add(Kind.LAGGING);
  }

  /** Returns how often there have been two primaries; empty while there are. */
  synchronized OptionalInt splits() {
    return isSplit ? OptionalInt.empty() : OptionalInt.of(splits);
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
