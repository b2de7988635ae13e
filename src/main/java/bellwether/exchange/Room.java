package bellwether.exchange;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A limited amount of memory, or of something else, that all clients together may occupy. Any
 * thread.
 *
 * <p>The last quarter is for small amounts, so that a few clients that hold much do not keep out
 * all others.
 */
final class Room {
  /**
   * The largest amount that counts as small: a quarter of the smallest room has space for hundreds.
   */
  static final int SMALL = 16 << 10;

  private final @Nullable Room outer;
  private final long size;
  private final AtomicLong taken = new AtomicLong();

  /**
   * @param size in bytes, or in the unit of the amounts that are taken
   */
  Room(long size) {
    this(size, null);
  }

  /**
   * @param size in bytes, or in whatever is taken of it
   * @param outer the room that this one is a part of: what is taken here is taken there as well
   */
  Room(long size, @Nullable Room outer) {
    this.size = size;
    this.outer = outer;
  }

  /** Takes this amount, or nothing; returns whether there was room. */
  boolean take(long amount) {
    if (!takeOfThis(amount)) {
      return false;
    }
    if (outer != null && !outer.take(amount)) {
      taken.addAndGet(-amount);
      return false;
    }
    return true;
  }

  private boolean takeOfThis(long amount) {
    long most = amount <= SMALL ? size : size - size / 4;
    long before = taken.get();
    while (before + amount <= most) {
      if (taken.compareAndSet(before, before + amount)) {
        return true;
      }
      before = taken.get();
    }
    return false;
  }

  /** Gives back an amount that was taken. */
  void give(long amount) {
    taken.addAndGet(-amount);
    if (outer != null) {
      outer.give(amount);
    }
  }

  long taken() {
    return taken.get();
  }
}
