package bellwether.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads ask for a turn as closely as two cores can: one at a time has it, none asks in vain. */
class TurnTest {
  private static final int BURSTS = 100_000; // a request may be lost where a burst ends
  private static final int REQUESTS = 5;

  private final Turn turn = new Turn();
  private final Meeting start = new Meeting();
  private final Meeting end = new Meeting();
  private final AtomicIntegerArray posted = new AtomicIntegerArray(2);
  private final AtomicInteger inside = new AtomicInteger();
  private volatile boolean hasMet; // two had the turn at once
  private int lost;

  // Plain: only the turn makes them whole.
  private final int[] seen = new int[2];

  @Test
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void oneThreadAtATimeAndNoRequestIsLost() throws InterruptedException {
    Thread other = new Thread(() -> askInBursts(1));
    other.start();
    askInBursts(0);
    other.join();
    assertThat(hasMet).isFalse();
    assertThat(lost).isZero();
  }

  @Test
  void isTakenAgainAfterItWasAbandoned() {
    assertThat(turn.take()).isTrue();
    assertThat(turn.take()).isFalse();
    turn.abandon();
    assertThat(turn.take()).isTrue();
  }

  @Test
  void isKeptWhileThereAreNewerRequests() {
    assertThat(turn.take()).isTrue();
    int first = turn.seen();
    assertThat(turn.take()).isFalse();
    assertThat(turn.finish(first)).isFalse();
    assertThat(turn.finish(turn.seen())).isTrue();
  }

  private void askInBursts(int mine) {
    for (int burst = 1; burst <= BURSTS; burst++) {
      start.meet();
      for (int i = 0; i < REQUESTS; i++) {
        posted.incrementAndGet(mine);
        if (turn.take()) {
          turn.run(this::look);
        }
      }
      end.meet(); // both are back: whatever was asked for must have been seen
      if (mine == 0 && !isAllSeen(burst * REQUESTS)) {
        lost++;
      }
    }
  }

  private boolean isAllSeen(int requests) {
    boolean isGivenBack = turn.seen() == 0;
    if (!isGivenBack) {
      turn.abandon();
    }
    return isGivenBack && seen[0] == requests && seen[1] == requests;
  }

  private void look() {
    if (inside.getAndIncrement() != 0) {
      hasMet = true;
    }
    for (int i = 0; i < seen.length; i++) {
      seen[i] = posted.get(i);
      Thread.onSpinWait();
    }
    inside.getAndDecrement();
  }

  /** A barrier for two at which nobody sleeps, so that both leave it at once. */
  private static final class Meeting {
    private final AtomicInteger arrived = new AtomicInteger();

    @SuppressWarnings("ThreadPriorityCheck") // nothing depends on it but the time this takes
    void meet() {
      int all = (arrived.getAndIncrement() / 2 + 1) * 2;
      for (int spins = 0; arrived.get() < all; spins++) {
        if (spins < 1_000) {
          Thread.onSpinWait();
        } else {
          LockSupport.parkNanos(1_000); // the other may need this very core
        }
      }
    }
  }
}
