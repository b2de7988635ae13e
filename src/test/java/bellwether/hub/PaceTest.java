package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.Publication;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A reader with an interval is woken for everything in the end, whatever its timers do. */
class PaceTest {
  private static final Topic STATE = new Topic("state");
  private static final Topic LOG = new Topic("log");
  private static final Duration INTERVAL = Duration.ofNanos(100);

  private final ManualScheduler timers = new ManualScheduler();
  private long now; // may run ahead of the timers, as a busy machine's clock does
  private int woken;
  private final Hub hub =
      new Hub(
          MemoryLogs.of(100),
          topic -> topic.equals(STATE),
          timers,
          timers,
          FanOut.over(1),
          () -> now,
          HubListener.NONE);
  private final Cursor reader =
      hub.subscribe(
          new Interest(
              TopicSelector.parse(List.of("*")),
              new StartingPoint.Newest(),
              false,
              INTERVAL,
              entry -> false),
          () -> woken++);

  @Test
  void statesWithinAnIntervalComeOnceItIsOverAndOnlyTheLatest() {
    publish(STATE, "0");
    assertThat(poll()).containsExactly("0");
    publish(STATE, "1");
    publish(STATE, "2");
    assertThat(poll()).isEmpty();
    pass(99);
    assertThat(poll()).isEmpty();
    woken = 0;
    pass(1);
    assertThat(woken).isPositive();
    assertThat(poll()).containsExactly("2");
  }

  @Test
  void aLogEventIsNotHeldBackAndReleasesTheStatesBeforeIt() {
    publish(STATE, "0");
    poll();
    publish(STATE, "1");
    publish(LOG, "event");
    publish(STATE, "2");
    assertThat(poll()).containsExactly("event");
    pass(100);
    assertThat(poll()).containsExactly("2");
  }

  @Test
  void aTimerThatIsLateDoesNotLeaveLaterStatesWithoutOne() {
    poll();
    pass(100);
    publish(STATE, "1");
    poll();
    publish(STATE, "2"); // arms a timer, which will be late
    now += 150;
    poll(); // for some other reason, and due by now
    publish(STATE, "3"); // while the late timer still is out
    timers.advance(Duration.ofNanos(150));
    poll(); // the late timer's: not due
    woken = 0;
    now += 1_000;
    timers.advance(Duration.ofNanos(1_000));
    assertThat(woken).isPositive();
    assertThat(poll()).containsExactly("3");
  }

  @Test
  void aTimerThatCouldNotBeHadDoesNotLeaveLaterStatesWithoutOne() {
    publish(STATE, "0");
    poll();
    hub.publish(Publication.of(STATE, "1"));
    timers.failNext();
    timers.runDue();
    publish(STATE, "2");
    publish(STATE, "3");
    woken = 0;
    pass(100);
    assertThat(woken).isPositive();
    assertThat(poll()).containsExactly("3");
  }

  @Test
  void aClosedReaderIsNotWokenByATimerThatStillRuns() {
    publish(STATE, "0");
    poll();
    publish(STATE, "1");
    reader.close();
    woken = 0;
    pass(1_000);
    assertThat(woken).isZero();
  }

  private void publish(Topic topic, String data) {
    hub.publish(Publication.of(topic, data));
    timers.runDue();
  }

  private void pass(long nanos) {
    now += nanos;
    timers.advance(Duration.ofNanos(nanos));
  }

  /** What was read, without the control events. */
  private List<String> poll() {
    List<String> data = new ArrayList<>();
    reader.poll(
        (FrameSink)
            (frame, offset, since) -> {
              String text = new String(frame, java.nio.charset.StandardCharsets.UTF_8);
              if (!text.contains("event: ")) {
                data.add(text.substring(text.indexOf("data: ") + 6).strip());
              }
              return true;
            });
    return data;
  }
}
