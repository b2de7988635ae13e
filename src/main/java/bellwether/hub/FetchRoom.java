package bellwether.hub;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The memory that fetches take together, and the results that are given up when it is too much.
 * Guarded by the {@link ColdReads} it belongs to.
 */
final class FetchRoom {
  /** How many times an entry's bytes in the file it takes: by bytes, text and frame together. */
  static final int TIMES = 4;

  private final long quickLimit; // bytes
  private final long largeLimit; // bytes
  private final Consumer<Fetch> giveUp;
  private final Set<Fetch> quickLeft = new LinkedHashSet<>();
  private final Set<Fetch> largeLeft = new LinkedHashSet<>();
  private long quickBytes;
  private long largeBytes;

  /**
   * @param bytes the most memory, roughly, for all of them together
   * @param giveUp ends a fetch whose reader has been woken and has not come
   */
  FetchRoom(long bytes, Consumer<Fetch> giveUp) {
    this.quickLimit = bytes / 4;
    this.largeLimit = bytes - quickLimit;
    this.giveUp = giveUp;
  }

  /** Returns roughly how many bytes all fetches take together. */
  long bytes() {
    return quickBytes + largeBytes;
  }

  /** Counts what a fetch takes from now on. */
  void count(Fetch fetch, long bytes) {
    if (fetch.isLarge()) {
      largeBytes += bytes - fetch.bytes;
    } else {
      quickBytes += bytes - fetch.bytes;
    }
    fetch.bytes = bytes;
  }

  /** Takes the room for a fetch of either kind, if there is. A quick one always has it. */
  boolean take(Fetch fetch) {
    if (!fetch.isLarge()) {
      return true;
    }
    long needed = TIMES * fetch.mostBytes;
    while (largeBytes > 0 && largeBytes + needed > largeLimit && giveUpFirst(largeLeft)) {}
    if (largeBytes > 0 && largeBytes + needed > largeLimit) {
      return false;
    }
    count(fetch, needed);
    return true;
  }

  /** Makes room for quick fetches if need be, and returns whether there is some. */
  boolean isOpenToQuick() {
    while (quickBytes >= quickLimit && giveUpFirst(quickLeft)) {}
    return quickBytes < quickLimit; // else those who have it are being woken
  }

  /** Notes that a reader has been woken, and has not come for its result. */
  void leave(Fetch fetch) {
    (fetch.isLarge() ? largeLeft : quickLeft).add(fetch);
  }

  /** Notes that a result is not to be given up, or is gone. */
  void keep(Fetch fetch) {
    quickLeft.remove(fetch);
    largeLeft.remove(fetch);
  }

  /** Returns whether there was any. */
  private boolean giveUpFirst(Set<Fetch> left) {
    Iterator<Fetch> oldest = left.iterator();
    if (!oldest.hasNext()) {
      return false;
    }
    giveUp.accept(oldest.next());
    return true;
  }
}
