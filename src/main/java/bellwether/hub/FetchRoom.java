package bellwether.hub;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The memory that all fetches take together, and the results that are given up when it is too much.
 * Guarded by the {@link ColdReads} that it belongs to.
 */
final class FetchRoom {
  /**
   * The memory that an entry takes, as a multiple of its bytes in the file: bytes, text and frame
   * together.
   */
  static final int TIMES = 4;

  private final long quickLimit; // bytes
  private final long largeLimit; // bytes
  private final Consumer<Fetch> giveUp;
  private final Set<Fetch> quickLeft = new LinkedHashSet<>();
  private final Set<Fetch> largeLeft = new LinkedHashSet<>();
  private long quickBytes;
  private long largeBytes;

  /**
   * @param bytes the most memory, roughly, for all fetches together
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

  /** Sets the number of bytes that count for a fetch from now on. */
  void count(Fetch fetch, long bytes) {
    if (fetch.isLarge()) {
      largeBytes += bytes - fetch.bytes;
    } else {
      quickBytes += bytes - fetch.bytes;
    }
    fetch.bytes = bytes;
  }

  /**
   * Reserves room for a fetch of either kind; returns whether there was enough. A quick fetch
   * always gets it.
   */
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
    return quickBytes < quickLimit; // else the readers that have it are being woken
  }

  /** Notes that a reader has been woken, and has not come for its result. */
  void leave(Fetch fetch) {
    (fetch.isLarge() ? largeLeft : quickLeft).add(fetch);
  }

  /** Notes that a result must not be given up, or is gone. */
  void keep(Fetch fetch) {
    quickLeft.remove(fetch);
    largeLeft.remove(fetch);
  }

  /** Gives up the oldest result; returns whether there was one. */
  private boolean giveUpFirst(Set<Fetch> left) {
    Iterator<Fetch> oldest = left.iterator();
    if (!oldest.hasNext()) {
      return false;
    }
    giveUp.accept(oldest.next());
    return true;
  }
}
