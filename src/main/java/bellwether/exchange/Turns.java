package bellwether.exchange;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Has a few large answers made at a time, so that they do not fill the memory. Any thread. */
final class Turns {
  private static final int AT_A_TIME = 4;

  /** The time for which an answer waits until others have been made. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Semaphore free = new Semaphore(AT_A_TIME, true);

  /**
   * Has an answer made in its turn.
   *
   * @throws HttpProblem if the turn did not come in time
   */
  void take(Exchanges.Answering answering) throws IOException {
    if (!isFree()) {
      throw Exchanges.crowded();
    }
    try {
      answering.run();
    } finally {
      free.release();
    }
  }

  private boolean isFree() {
    try {
      return free.tryAcquire(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
