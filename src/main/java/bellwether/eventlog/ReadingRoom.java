package bellwether.eventlog;

import java.util.concurrent.Semaphore;

/**
 * A limit on the memory for entries that are being read again, shared by all reading threads. Small
 * entries need no permit; an entry larger than the limit is read alone.
 */
public final class ReadingRoom {
  private static final int SMALL = 64 << 10; // bytes; reading threads are few
  private static final int TIMES = 4; // the memory of bytes, text and frame together
  private static final int UNIT = 1 << 10; // bytes that one permit stands for

  private final int all;
  private final Semaphore permits;

  public ReadingRoom(long bytes) {
    all = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT));
    permits = new Semaphore(all, true); // fair: otherwise a large one would never get its turn
  }

  /**
   * Waits until an entry of this size may be read. A thread that reads waits only for the log.
   *
   * @return the number to pass to {@link #leave}
   */
  public int enter(int bytes) {
    int taken = bytes <= SMALL ? 0 : (int) Math.min(all, (long) TIMES * bytes / UNIT);
    if (taken > 0) { // asking for no permit would still wait behind others
      permits.acquireUninterruptibly(taken);
    }
    return taken;
  }

  public void leave(int taken) {
    permits.release(taken);
  }
}
