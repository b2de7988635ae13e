package bellwether.eventlog;

import java.util.concurrent.locks.ReentrantLock;

/** A lock that can be taken even when there is no memory left. */
public final class SureLock {
  /*
   * Whoever has to wait for a ReentrantLock allocates its place in the queue. What has been begun has
   * to be ended in any case: so without memory one waits outside of the queue.
   */
  private final ReentrantLock lock = new ReentrantLock();

  public void lock() {
    try {
      lock.lock();
    } catch (OutOfMemoryError e) {
      while (!lock.tryLock()) {
        Thread.onSpinWait();
      }
    }
  }

  public void unlock() {
    lock.unlock();
  }
}
