package bellwether.eventlog;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits for the answer to an append, for a bounded time. */
public final class Awaited {
  private Awaited() {}

  /**
   * Waits for the answer, however often the thread is interrupted.
   *
   * @throws AppendInDoubtException if it has not come in this time, or says so itself
   * @throws LogUnavailableException if the answer is that
   */
  public static List<LogEntry> of(CompletableFuture<List<LogEntry>> answer, Duration patience) {
    boolean wasInterrupted = false;
    long deadline = System.nanoTime() + patience.toNanos(); // the real clock: it is waited for
    try {
      while (true) {
        try {
          return answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          wasInterrupted = true;
        } catch (TimeoutException e) { // it may have been answered in this moment
          answer.completeExceptionally(
              new AppendInDoubtException("the disk has not answered in time", e));
        } catch (ExecutionException e) {
          throw rethrown(e.getCause());
        }
      }
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException rethrown(@Nullable Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(cause);
  }
}
