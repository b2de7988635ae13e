package bellwether.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.topic.Topic;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RingTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** An entry is in the file by then: what fails now would leave it there and nowhere else. */
  @Test
  void addingAllocatesNothing() {
    String epoch = EventId.newEpoch(new Random(1));
    List<LogEntry> entries = new ArrayList<>();
    for (int position = 1; position <= 400; position++) {
      List<Topic> topics = List.of(new Topic("a"), new Topic("b"), new Topic("c"));
      Publication publication = new Publication(topics, false, null, null, null, "data", "key");
      entries.add(
          new LogEntry(
              new EventId(epoch, position), Instant.EPOCH, LogEntry.AGELESS, publication, false));
    }
    Ring ring = new Ring(50, 20_000, 0);
    long thread = Thread.currentThread().getId();
    for (int i = 0; i < 200; i++) {
      ring.add(entries.get(i)); // what is loaded for it the first time
    }
    long before = THREADS.getThreadAllocatedBytes(thread);
    long measuring = THREADS.getThreadAllocatedBytes(thread) - before;
    before = THREADS.getThreadAllocatedBytes(thread);
    for (int i = 200; i < 400; i++) {
      ring.add(entries.get(i));
    }
    assertThat(THREADS.getThreadAllocatedBytes(thread) - before).isLessThanOrEqualTo(measuring);
    assertThat(ring.newest()).isEqualTo(400);
  }
}
