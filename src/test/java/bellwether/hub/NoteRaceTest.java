package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Publication;
import bellwether.fixtures.MemoryLogs;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The fan-out notes while the subscriber takes what was noted, as closely as two cores can. */
class NoteRaceTest {
  private static final int EVENTS = 400_000;

  @Test
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void losesAndDoublesNothing() throws Exception {
    ScheduledThreadPoolExecutor fanOut = new ScheduledThreadPoolExecutor(1);
    MemoryEventLog log = MemoryLogs.of(2 * EVENTS);
    Hub hub =
        new Hub(
            log,
            topic -> false,
            fanOut,
            fanOut,
            FanOut.over(1),
            System::nanoTime,
            HubListener.NONE);
    AtomicBoolean isToPoll = new AtomicBoolean(true);
    AtomicInteger read = new AtomicInteger();
    Cursor reader =
        hub.subscribe(Interest.in(TopicSelector.parse(List.of("topic"))), () -> isToPoll.set(true));
    reader.poll((FrameSink) (frame, offset, since) -> true); // what opens the stream
    Thread looking = new Thread(() -> lookWhenWoken(reader, isToPoll, read));
    looking.start();
    try {
      Publication one = Publication.of(new Topic("topic"), "data");
      Publication foreign = Publication.of(new Topic("elsewhere"), "data");
      Random random = new Random(1);
      for (int i = 0; i < EVENTS; i++) {
        hub.publish(one);
        if (random.nextInt(8) == 0) {
          hub.publish(foreign);
        }
        for (int pause = random.nextInt(64); pause > 0; pause--) {
          Thread.onSpinWait();
        }
      }
      while (read.get() < EVENTS) {
        assertThat(looking.isAlive()).isTrue();
        Thread.onSpinWait(); // the time-out ends it, if an event has been lost
      }
    } finally {
      looking.interrupt();
      looking.join();
      fanOut.shutdownNow();
    }
    assertThat(read).hasValue(EVENTS);
  }

  private static void lookWhenWoken(Cursor reader, AtomicBoolean isToPoll, AtomicInteger read) {
    while (!Thread.currentThread().isInterrupted()) {
      if (isToPoll.compareAndSet(true, false)) {
        boolean isMore =
            reader.poll((FrameSink) (frame, offset, since) -> read.incrementAndGet() > 0);
        if (isMore) {
          isToPoll.set(true);
        }
      }
    }
  }
}
