package bellwether.eventlog.file;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queue of appends that have to be written. Appends that have positions stand before those that
 * have none. Confined to a lock.
 */
final class AppendQueue {
  /*
   * The list links the appends themselves, so that taking them out allocates nothing.
   */
  private @Nullable Appending first;
  private @Nullable Appending last;
  private @Nullable Appending lastPlaced;

  /** Adds an append; an append that has positions may be added only if all others have. */
  void add(Appending appending, boolean isPlaced) {
    if (last == null) {
      first = appending;
    } else {
      last.behind = appending;
    }
    last = appending;
    lastPlaced = isPlaced ? appending : lastPlaced;
  }

  /** Returns the first append that has no positions; null if all have. */
  @Nullable Appending firstUnplaced() {
    return lastPlaced == null ? first : lastPlaced.behind;
  }

  /** Returns whether any append has positions. */
  boolean hasPlaced() {
    return lastPlaced != null;
  }

  /** Notes that the first append without positions has got them. */
  void placeFirstUnplaced() {
    lastPlaced = firstUnplaced();
  }

  /** Removes the first append that has no positions. */
  void removeFirstUnplaced() {
    Appending one = firstUnplaced();
    if (one == null) {
      return;
    }
    if (lastPlaced == null) {
      first = one.behind;
    } else {
      lastPlaced.behind = one.behind;
    }
    if (last == one) {
      last = lastPlaced;
    }
    one.behind = null;
  }

  /**
   * Moves the first appends that have positions into a list: as many as have this many bytes
   * together, but at least one. If that fails, all of them stay.
   */
  void takeGroup(long maxBytes, List<Appending> group) {
    Appending end = firstUnplaced();
    Appending one = first;
    long bytes = 0;
    while (one != null && one != end && (group.isEmpty() || bytes + one.bytes() <= maxBytes)) {
      bytes += one.bytes();
      group.add(one);
      one = one.behind;
    }
    first = one;
    last = one == null ? null : last;
    lastPlaced = one == end ? null : lastPlaced;
    for (int i = 0; i < group.size(); i++) {
      group.get(i).behind = null; // an old one would keep all behind it from being collected
    }
  }

  /** Removes all appends, and returns them as a chain. */
  @Nullable Appending takeAll() {
    Appending all = first;
    first = null;
    last = null;
    lastPlaced = null;
    return all;
  }
}
