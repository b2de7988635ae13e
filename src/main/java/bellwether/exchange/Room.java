package bellwether.exchange;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Room for what clients make the server hold: so much together, whoever they are. Any thread.
 *
 * <p>The last quarter is for what is small, so that a few who hold much do not keep out everybody.
 */
final class Room {
  /** What is small: a quarter of the smallest room there is has space for hundreds of these. */
  static final int SMALL = 16 << 10;

  private final @Nullable Room outer;
  private final long size;
  private final AtomicLong taken = new AtomicLong();

  /**
   * @param size in bytes, or in whatever is taken of it
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

  /** Takes this much, or nothing; returns whether there was room. */
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

  /** Gives back what was taken. */
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
