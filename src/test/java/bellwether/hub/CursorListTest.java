package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.MemoryEventLog;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.topic.TopicSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nobody is passed over, whoever comes and goes. */
class CursorListTest {
  private final MemoryEventLog log = MemoryLogs.of(16);
  private final Stripe stripe =
      new Stripe(
          log,
          new ManualScheduler(),
          new ColdReads(log, new ManualScheduler(), Runnable::run, () -> 0, 1 << 20),
          Duration.ZERO,
          new PatternBudget(PatternBudget.USUAL),
          () -> 0);
  private final CursorList list = new CursorList();

  @Test
  void visitsWhoIsThereInTheOrderOfTheirComing() {
    Random random = new Random(1);
    List<Cursor> expected = new ArrayList<>();
    for (int step = 0; step < 5_000; step++) {
      if (expected.isEmpty() || random.nextInt(step < 2_500 ? 3 : 2) > 0) {
        Cursor cursor = newCursor();
        expected.add(cursor);
        list.add(cursor);
      } else {
        list.remove(expected.remove(random.nextInt(expected.size())));
      }
      assertThat(list.isEmpty()).isEqualTo(expected.isEmpty());
      if (step % 50 == 0) {
        assertThat(visited()).containsExactlyElementsOf(expected);
      }
    }
    expected.forEach(list::remove);
    assertThat(list.isEmpty()).isTrue();
    assertThat(visited()).isEmpty();
  }

  @Test
  void removingWhoIsNotThereChangesNothing() {
    Cursor cursor = newCursor();
    list.add(cursor);

    list.remove(newCursor());

    assertThat(visited()).containsExactly(cursor);
  }

  @Test
  @Timeout(60)
  void aVisitMissesNoneOfThoseWhoStayWhileOthersComeAndGo() throws Exception {
    Set<Cursor> residents = Collections.newSetFromMap(new IdentityHashMap<>());
    AtomicBoolean isOver = new AtomicBoolean();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      for (int i = 0; i < 100; i++) {
        Cursor cursor = newCursor();
        residents.add(cursor);
        list.add(cursor);
      }
      Future<?> one = threads.submit(() -> comeAndGo(isOver));
      Future<?> other = threads.submit(() -> comeAndGo(isOver));
      for (int i = 0; i < 20_000; i++) {
        Set<Cursor> missed = new HashSet<>(residents);
        list.forEach(missed::remove);
        assertThat(missed).isEmpty();
      }
      isOver.set(true);
      one.get(10, TimeUnit.SECONDS);
      other.get(10, TimeUnit.SECONDS);
    } finally {
      isOver.set(true);
      threads.shutdownNow();
    }
    assertThat(visited()).containsExactlyInAnyOrderElementsOf(residents);
  }

  private void comeAndGo(AtomicBoolean isOver) {
    while (!isOver.get()) {
      Cursor cursor = newCursor();
      list.add(cursor);
      list.remove(cursor);
    }
  }

  private List<Cursor> visited() {
    List<Cursor> visited = new ArrayList<>();
    list.forEach(visited::add);
    return visited;
  }

  private Cursor newCursor() {
    Interest interest = Interest.in(TopicSelector.parse(List.of("topic")));
    return new Cursor(interest, log, HubListener.NONE, () -> {}, Pace.NONE, stripe);
  }
}
