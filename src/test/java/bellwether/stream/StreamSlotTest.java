package bellwether.stream;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.exchange.FailedRequests;
import bellwether.fixtures.FakeResponse;
import bellwether.observe.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A share of the streams, beside a set. */
class StreamSlotTest {
  private final StreamSlot slot = new StreamSlot();

  @Test
  void hasThoseThatCameAndHaveNotGone() {
    Random random = new Random(1);
    List<StreamConnection> streams = streams(50);
    Set<StreamConnection> expected = new HashSet<>();
    for (int step = 0; step < 20_000; step++) {
      StreamConnection stream = streams.get(random.nextInt(streams.size()));
      if (expected.contains(stream) || random.nextInt(10) == 0) {
        assertThat(slot.remove(stream)).isEqualTo(expected.remove(stream));
      } else {
        slot.add(stream);
        expected.add(stream);
      }
      assertThat(slot.holds(stream)).isEqualTo(expected.contains(stream));
      if (step % 100 == 0) {
        assertThat(slot.all()).containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }

  @Test
  void isEmptyWhenAllHaveGoneThatCameFromManyThreads() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> busy = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        List<StreamConnection> own = streams(20);
        busy.add(threads.submit(() -> comeAndGo(own)));
      }
      for (Future<?> one : busy) {
        one.get(1, TimeUnit.MINUTES);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(slot.all()).isEmpty();
  }

  private void comeAndGo(List<StreamConnection> streams) {
    for (int round = 0; round < 5_000; round++) {
      streams.forEach(slot::add);
      for (StreamConnection stream : streams) {
        if (!slot.remove(stream) || slot.holds(stream)) {
          throw new AssertionError("it was not there, or still is");
        }
      }
    }
  }

  private static List<StreamConnection> streams(int count) {
    Metrics metrics = new Metrics();
    StreamContext context =
        new StreamContext(
            new ConnectionRegistry(1, metrics),
            new FailedRequests(),
            metrics,
            Runnable::run,
            () -> 0,
            () -> Duration.ZERO);
    List<StreamConnection> streams = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      FakeResponse response = new FakeResponse(new Random(1), 0);
      streams.add(
          new StreamConnection(
              new ContainerOutput(response, () -> {}, () -> {}),
              new byte[0],
              context,
              new StreamKey(0, i)));
    }
    return streams;
  }
}
