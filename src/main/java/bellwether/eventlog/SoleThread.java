package bellwether.eventlog;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that runs tasks for a caller that has at most one task waiting. Handing a task over
 * takes no lock and allocates nothing, so it works without memory, too.
 */
public final class SoleThread implements Executor, AutoCloseable {
  private final AtomicReference<@Nullable Runnable> waiting = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean isClosed;

  /** Starts the thread. */
  public SoleThread(ThreadFactory factory) {
    thread = factory.newThread(this::run);
    thread.start();
  }

  /**
   * Hands a task over to the thread.
   *
   * @throws RejectedExecutionException if another task still waits, or the thread is closed
   */
  @Override
  public void execute(Runnable task) {
    if (isClosed || !waiting.compareAndSet(null, task)) {
      throw new RejectedExecutionException(isClosed ? "it is closed" : "another task waits");
    }
    LockSupport.unpark(thread);
    if (isClosed && waiting.compareAndSet(task, null)) { // the thread may have ended before
      throw new RejectedExecutionException("it is closed");
    }
  }

  private void run() {
    try {
      while (true) {
        Runnable task = waiting.getAndSet(null);
        if (task != null) {
          task.run();
        } else if (isClosed) {
          return;
        } else {
          LockSupport.park(this);
          var unused = Thread.interrupted(); // else it would not park again
        }
      }
    } finally {
      isClosed = true; // also if a task throws: then no task is taken any more
    }
  }

  /** Ends the thread once it has run the task that waits. Does not wait for that. */
  @Override
  public void close() {
    isClosed = true;
    LockSupport.unpark(thread);
  }
}
