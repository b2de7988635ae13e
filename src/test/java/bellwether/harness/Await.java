package bellwether.harness;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded waiting for what another thread or process does; running out of time fails the test. */
public final class Await {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private Await() {}

  /**
   * Polls, because another process cannot notify us.
   *
   * @param what its text is made when the wait has failed
   */
  public static void until(Object what, Duration limit, BooleanSupplier condition) {
    if (!atMost(limit, condition)) {
      throw new AssertionError("Not within " + limit + ": " + what);
    }
  }

  /** Whether it came true in this time; returns as soon as it has. */
  public static boolean atMost(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }

  /** The future's value; its failure becomes the cause of an {@link IllegalStateException}. */
  public static <T> T value(String what, Duration limit, CompletableFuture<T> future) {
    try {
      return future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("Not within " + limit + ": " + what, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Failed: " + what + ": " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  public static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("Interrupted while waiting", e);
  }
}
