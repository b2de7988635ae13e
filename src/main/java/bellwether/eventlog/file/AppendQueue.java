package bellwether.eventlog.file;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queue of appends that are to be written. Those that have places, which is to say positions,
 * stand before those that have none. Confined to a lock.
 */
final class AppendQueue {
  /*
   * A list that goes through the appends themselves, so that taking them out allocates nothing.
   */
  private @Nullable Appending first;
  private @Nullable Appending last;
  private @Nullable Appending lastPlaced;

  /** Adds an append; one that has a place only if all others have. */
  void add(Appending appending, boolean isPlaced) {
    if (last == null) {
      first = appending;
    } else {
      last.behind = appending;
    }
    last = appending;
    lastPlaced = isPlaced ? appending : lastPlaced;
  }

  /** Returns the first that has no place; null if all have. */
  @Nullable Appending firstUnplaced() {
    return lastPlaced == null ? first : lastPlaced.behind;
  }

  /** Returns whether some have places. */
  boolean hasPlaced() {
    return lastPlaced != null;
  }

  /** Notes that the first that had no place has one. */
  void placeFirstUnplaced() {
    lastPlaced = firstUnplaced();
  }

  /** Takes out the first that has no place. */
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
   * Moves the first of those that have places into a list: as many as have so many bytes together,
   * but at least one. If that fails, all of them stay.
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

  /** Takes all of them out, as a chain. */
  @Nullable Appending takeAll() {
    Appending all = first;
    first = null;
    last = null;
    lastPlaced = null;
    return all;
  }
}
