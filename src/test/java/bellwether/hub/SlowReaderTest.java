package bellwether.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.EventId;
import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Publication;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A reader that cannot take what is published as fast as it comes. */
class SlowReaderTest {
  private static final FrameSink FULL = (frame, offset, since) -> false;
  private static final FrameSink EMPTY = (frame, offset, since) -> true;

  private final ManualScheduler executor = new ManualScheduler();
  private final MemoryEventLog log = MemoryLogs.of(5);
  private final Hub hub = Hubs.over(log, executor);

  @Test
  void lagsFromWhenItStopsKeepingUpUntilItHasCaughtUp() {
    Cursor reader = subscribe(new StartingPoint.Newest());
    reader.poll(EMPTY);
    publish(3);
    assertThat(reader.lag()).as("it has not looked yet").isEqualTo(3);

    reader.poll(FULL);
    assertThat(reader.lag()).isEqualTo(3);
    reader.poll(takingOnly(1));
    assertThat(reader.lag()).isEqualTo(2);
    reader.poll(EMPTY);
    assertThat(reader.lag()).isZero();
  }

  @Test
  void lagsWhileItIsNotLetLook() {
    Cursor reader = subscribe(new StartingPoint.Newest());
    reader.poll(EMPTY);
    publish(1);
    reader.poll(EMPTY); // a large event, of which the client takes a little now and then
    publish(4);

    assertThat(reader.lag()).isEqualTo(4);
    publishElsewhere(2);
    assertThat(reader.lag()).isEqualTo(6);
    reader.poll(EMPTY);
    publishElsewhere(2);
    assertThat(reader.lag()).as("of what is for others").isZero();
  }

  @Test
  void isNotLaggingWhileItWaitsForItsInterval() {
    Cursor reader =
        hub.subscribe(
            Interest.in(TopicSelector.parse(List.of("topic")))
                .in(TopicSelector.parse(List.of("topic")), Duration.ofSeconds(1)),
            () -> {});
    reader.poll(EMPTY);
    publish(3);

    assertThat(reader.lag()).isZero();
  }

  @Test
  void isNotLaggingWhileItCatchesUpAfterAnAbsence() {
    EventId left = log.idAt(0);
    publish(3);
    Cursor reader = subscribe(new StartingPoint.After(left.toString()));
    reader.poll(takingOnly(1));
    assertThat(reader.lag()).isZero();

    reader.poll(EMPTY);
    publish(1);
    reader.poll(FULL);
    assertThat(reader.lag()).as("once it had caught up, it counts").isEqualTo(1);
  }

  @Test
  void isToldWhichIdItCouldNotResumeFrom() {
    hub.publish(
        new Publication(List.of(new Topic("topic")), false, "own", null, null, "data", null));
    Cursor reader = subscribe(new StartingPoint.After("own"));
    publish(10);

    assertThat(firstOf(reader)).contains("\"requested\":\"own\"");
  }

  @Test
  void isToldHowFarItHadComeWhenItIsOvertaken() {
    publish(2);
    Cursor reader = subscribe(new StartingPoint.After(log.idAt(1).toString()));
    reader.poll(EMPTY);
    publish(10);

    assertThat(firstOf(reader)).contains("\"requested\":\"" + log.idAt(2) + '"');
  }

  private Cursor subscribe(StartingPoint start) {
    return hub.subscribe(Interest.in(TopicSelector.parse(List.of("topic"))).from(start), () -> {});
  }

  private void publish(int events) {
    for (int i = 0; i < events; i++) {
      hub.publish(Publication.of(new Topic("topic"), "data"));
    }
    executor.runDue();
  }

  private void publishElsewhere(int events) {
    for (int i = 0; i < events; i++) {
      hub.publish(Publication.of(new Topic("other"), "data"));
    }
    executor.runDue();
  }

  private static FrameSink takingOnly(int frames) {
    List<byte[]> taken = new ArrayList<>();
    return (frame, offset, since) -> taken.size() < frames && taken.add(frame);
  }

  private static String firstOf(Cursor reader) {
    List<String> frames = new ArrayList<>();
    reader.poll((FrameSink) (frame, offset, since) -> frames.add(new String(frame, UTF_8)));
    return frames.get(0);
  }
}
