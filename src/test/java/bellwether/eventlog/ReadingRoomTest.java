package bellwether.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReadingRoomTest {
  private static final int LARGE = 1 << 20;

  private final ReadingRoom room = new ReadingRoom(3 * LARGE);

  @Test
  void letsALargeEntryInAloneEvenIfItIsLargerThanTheRoom() throws Exception {
    int taken = room.enter(LARGE);
    CompletableFuture<Integer> other = new CompletableFuture<>();
    Thread thread = new Thread(() -> other.complete(room.enter(LARGE)));
    thread.start();
    while (thread.getState() != Thread.State.WAITING) {
      assertThat(other).as("must wait").isNotDone();
      Thread.onSpinWait();
    }
    room.leave(taken);

    room.leave(other.get(10, TimeUnit.SECONDS));
  }

  @Test
  void letsSmallEntriesInAtAnyTime() {
    int taken = room.enter(LARGE);
    assertThat(room.enter(1000)).isZero();
    Thread waiting = new Thread(() -> room.leave(room.enter(LARGE)));
    waiting.start();
    while (waiting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(CompletableFuture.supplyAsync(() -> room.enter(1000)))
        .as("nor do they wait behind one that does")
        .succeedsWithin(Duration.ofSeconds(10))
        .isEqualTo(0);
    room.leave(taken);
  }
}
