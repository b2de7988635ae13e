package bellwether.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Runs what it is given when the test says so. */
final class HandCrankedExecutor extends ScheduledThreadPoolExecutor {
  private final Deque<Runnable> tasks = new ArrayDeque<>();

  HandCrankedExecutor() {
    super(0);
  }

  @Override
  public synchronized void execute(Runnable task) {
    tasks.add(task);
  }

  void runOne() {
    Runnable task;
    synchronized (this) {
      task = tasks.poll();
    }
    if (task != null) {
      task.run();
    }
  }

  void runAll() {
    while (!tasks.isEmpty()) {
      runOne();
    }
  }
}
