package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.Publication;
import bellwether.eventlog.file.FakeDisk;
import bellwether.eventlog.file.FileLogs;
import bellwether.fixtures.ManualScheduler;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readers of a log in files that begins with a large entry, and for one of which there is room. */
class ColdReaderTest {
  private static final int LARGE = 1 << 20;

  private final ManualScheduler executor = new ManualScheduler();
  private final ManualScheduler fetching = new ManualScheduler();
  private final EventLog log = FileLogs.open(new FakeDisk(), 1000, new Random(1));
  private final Hub hub =
      new Hub(
          log,
          topic -> false,
          executor,
          fetching,
          LARGE,
          FanOut.over(1),
          new PatternBudget(PatternBudget.USUAL),
          executor::nanoTime,
          HubListener.NONE);

  @BeforeEach
  void publish() {
    publish("x".repeat(LARGE));
    for (int i = 0; i < 10; i++) {
      publish("small " + i);
    }
  }

  @Test
  void holdsALargeEntryUntilItPollsAgainAndIsThenSentTheRest() {
    Cursor reader = subscribe(() -> {});
    List<byte[]> frames = new ArrayList<>();
    FrameSink sink = (frame, offset, since) -> frames.add(frame);
    reader.poll(sink);
    run();
    reader.poll(sink);
    assertThat(frames).hasSize(1);
    assertThat(reader.isHolding()).isTrue();
    assertThat(reader.isAwaiting()).isFalse();

    for (int i = 0; i < 5; i++) {
      reader.poll(sink);
      run();
    }
    assertThat(frames).hasSize(11);
    assertThat(reader.isHolding()).isFalse();
  }

  @Test
  void givesAnotherReaderItsTurnWhenItIsClosed() {
    Reader first = new Reader();
    Reader second = new Reader();
    run();
    assertThat(first.subscription.isHolding()).isTrue();
    assertThat(second.frames).isEmpty();

    first.subscription.close();
    run();
    assertThat(second.frames).hasSize(1);
    assertThat(second.subscription.isHolding()).isTrue();
  }

  @Test
  void isOverdueIfItHoldsALargeEntryForLongWhileAnotherReaderWaits() {
    Reader first = new Reader();
    run();
    executor.advance(Duration.ofMinutes(5));
    assertThat(first.subscription.isOverdue(Duration.ofSeconds(30))).isFalse();

    new Reader().subscription.poll((FrameSink) (frame, offset, since) -> false);
    run();
    assertThat(first.subscription.isOverdue(Duration.ofSeconds(30))).isTrue();
  }

  /** Takes one frame, when it is woken, as a connection whose client takes no more does. */
  private final class Reader {
    private final List<byte[]> frames = new ArrayList<>();
    private final Cursor subscription = subscribe(this::poll);

    Reader() {
      poll();
    }

    private void poll() {
      if (frames.isEmpty()) {
        subscription.poll(
            (FrameSink) (frame, offset, since) -> frames.isEmpty() && frames.add(frame));
      }
    }
  }

  private void run() {
    for (int i = 0; i < 5; i++) {
      fetching.runDue();
      executor.runDue();
    }
  }

  private Cursor subscribe(Subscriber subscriber) {
    Interest all =
        Interest.in(TopicSelector.parse(List.of("topic"))).from(new StartingPoint.Earliest());
    return hub.subscribe(all, subscriber);
  }

  private void publish(String data) {
    hub.publish(Publication.of(new Topic("topic"), data));
  }
}
