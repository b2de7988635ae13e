package bellwether.eventlog;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The wait for the answers to appends, each for a bounded time. */
public final class Awaited {
  private final Duration patience;

  /**
   * @param patience the longest wait for one answer
   */
  public Awaited(Duration patience) {
    this.patience = patience;
    loadWhatWaits();
  }

  /** The first wait may come when there is no memory to load a class. */
  private static void loadWhatWaits() {
    LockSupport.parkNanos(1);
    try {
      new CompletableFuture<Void>().get(1, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // As it should.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // nobody completes it
    }
  }

  /**
   * Waits for the answer, however often the thread is interrupted.
   *
   * @throws AppendInDoubtException if it has not come in this time, or says so itself
   * @throws LogUnavailableException if the answer is that
   */
  public List<LogEntry> answer(CompletableFuture<List<LogEntry>> answer) {
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
