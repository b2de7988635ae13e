package bellwether.eventlog.file;

import java.util.concurrent.Semaphore;

/**
 * The memory for entries that are being read from the disk, shared by all threads that read. Small
 * entries need no leave; one that is larger than all of it is read alone.
 */
final class ReadingRoom {
  private static final int SMALL = 64 << 10; // bytes; there are not many threads
  private static final int TIMES = 4; // as much memory is taken by bytes, text and frame together
  private static final int UNIT = 1 << 10; // bytes that one permit stands for

  private final int all;
  private final Semaphore permits;

  ReadingRoom(long bytes) {
    all = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT));
    permits = new Semaphore(all, true); // fair: else a large one would never get its turn
  }

  /**
   * Waits until an entry of so many bytes may be read. Whoever reads waits for nothing but the
   * disk.
   *
   * @return what to {@link #leave} with
   */
  int enter(int bytes) {
    int taken = bytes <= SMALL ? 0 : (int) Math.min(all, (long) TIMES * bytes / UNIT);
    if (taken > 0) { // asking for none would still be waiting behind others
      permits.acquireUninterruptibly(taken);
    }
    return taken;
  }

  void leave(int taken) {
    permits.release(taken);
  }
}
