package bellwether.hub;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs what it is given when the test says so; what is scheduled for later, never. */
final class ManualExecutor extends ScheduledThreadPoolExecutor {
  private final Deque<Runnable> tasks = new ArrayDeque<>();

  ManualExecutor() {
    super(0);
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    throw new RejectedExecutionException("the test polls by itself");
  }

  void runAll() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  void clear() {
    tasks.clear();
  }
}
