package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.LogEntry;
import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.topic.Topic;
import bellwether.topic.TopicFilter;
import bellwether.topic.TopicSelector;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class InterestIndexTest {
  private static final URI BASE = URI.create("https://hub.example/");

  private final ManualScheduler scheduler = new ManualScheduler();
  private final MemoryEventLog log = MemoryLogs.of(100_000);
  private final Hub hub =
      new Hub(
          log,
          topic -> false,
          scheduler,
          scheduler,
          FanOut.over(1),
          scheduler::nanoTime,
          HubListener.NONE);
  private final InterestIndex index = new InterestIndex();

  /** Against looking at each of them, with beginnings that begin each other. */
  @Test
  void findsExactlyThoseThatMatch() {
    Random random = new Random(1);
    List<Cursor> all = new ArrayList<>();
    for (int step = 0; step < 3_000; step++) {
      if (all.isEmpty() || random.nextInt(5) > 1) {
        Cursor cursor = cursor(filter(random), filter(random));
        all.add(cursor);
        index.add(cursor);
      } else {
        index.remove(all.remove(random.nextInt(all.size())));
      }
      LogEntry entry = published(text(random) + text(random));
      Set<Cursor> found = new HashSet<>();
      index.forEachMatching(entry, found::add);
      Set<Cursor> expected = new HashSet<>(all);
      expected.removeIf(cursor -> !cursor.interest().mayConcern(entry.publication().topics()));
      assertThat(found).as(entry.publication().topics().toString()).isEqualTo(expected);
    }
    all.forEach(index::remove);
    assertThat(index.isEmpty()).isTrue();
  }

  @Test
  @Timeout(60)
  void aPatternIsFoundThatComesWhileOthersOfItsBeginningGo() throws InterruptedException {
    AtomicBoolean isOver = new AtomicBoolean();
    Cursor going = cursor(TopicFilter.parse("a/{x}"));
    Cursor coming = cursor(TopicFilter.parse("a/{y}"));
    LogEntry entry = published("a/b");
    Thread other =
        new Thread(
            () -> {
              while (!isOver.get()) {
                index.add(going);
                index.remove(going);
              }
            });
    other.start();
    try {
      for (int i = 0; i < 20_000; i++) {
        index.add(coming);
        Set<Cursor> found = new HashSet<>();
        index.forEachMatching(entry, found::add);
        assertThat(found).contains(coming);
        index.remove(coming);
      }
    } finally {
      isOver.set(true);
      other.join();
    }
  }

  private Cursor cursor(TopicFilter... filters) {
    return hub.subscribe(Interest.in(TopicSelector.of(List.of(filters))), () -> {});
  }

  private LogEntry published(String topic) {
    hub.publish(Publication.of(new Topic(topic), "x"));
    long newest = log.newest();
    return ((Batch) log.read(Place.at(newest - 1), newest, entry -> true, 1)).entries().get(0);
  }

  private static TopicFilter filter(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> TopicFilter.ANY;
      case 1 -> TopicFilter.exact(text(random) + text(random));
      case 2 -> TopicFilter.urlPattern(text(random) + "*", BASE);
      case 3 -> TopicFilter.parse("{x}" + text(random));
      default -> TopicFilter.parse(text(random) + "{x}" + (random.nextBoolean() ? "" : "b"));
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder("a");
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append("abz".charAt(random.nextInt(3)));
    }
    return text.toString();
  }
}
