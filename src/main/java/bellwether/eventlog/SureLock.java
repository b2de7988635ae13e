package bellwether.eventlog;

import java.util.concurrent.locks.ReentrantLock;

/** A lock that can be taken even when there is no memory left. */
public final class SureLock {
  /*
   * A thread that has to wait for a ReentrantLock allocates its place in the queue. Work that has
   * been begun must be finished in any case; so a thread that gets no memory spins outside of the
   * queue.
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
