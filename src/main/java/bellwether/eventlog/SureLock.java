package bellwether.eventlog;

import java.util.concurrent.locks.ReentrantLock;

/** A lock that can be taken even when there is no memory left. */
public final class SureLock {
  /*
   * A thread that has to wait for a ReentrantLock allocates its place in the queue. A thread that
   * has begun work must finish it in any case; so if it gets no memory, it spins outside of the
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
