package bellwether.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.ControlEntry;
import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Publication;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Coming back with an id that is not of our making. */
class ResumeTest {
  private final ManualScheduler executor = new ManualScheduler();
  private final MemoryEventLog log = MemoryLogs.of(5);
  private final Hub hub = Hubs.over(log, executor);

  @Test
  void goesOnAfterThePublishersOwnId() {
    publish("own", false);
    publish("next", false);

    assertThat(received("own", false)).containsExactly("id: next\ndata: of next\n\n");
  }

  @Test
  void tellsOfAPrivateEventsIdOnlyThoseWhoMayReadIt() {
    publish("own", true);
    publish("next", true);

    assertThat(received("own", true)).containsExactly("id: next\ndata: of next\n\n");
    assertThat(received("own", false))
        .as("as for an id that never was")
        .isEqualTo(received("none", false).stream().map(t -> t.replace("none", "own")).toList());
  }

  @Test
  void anIdOfOthersNeitherHidesMineNorComesOut() {
    publish("own", false);
    publish("next", false);
    publish("own", true);
    publish("last", false);

    assertThat(received("own", false))
        .containsExactly("id: next\ndata: of next\n\n", "id: last\ndata: of last\n\n");
    assertThat(received("own", true)).containsExactly("id: last\ndata: of last\n\n");
  }

  @Test
  void anIdOnATopicThatWasNotAskedForIsNotMeant() {
    publish("own", false);
    publish("next", false);
    hub.publish(
        new Publication(
            List.of(new Topic("other")), false, "own", null, null, "of another topic", null));
    publish("last", false);

    assertThat(received("own", false)).hasSize(2);
    hub.publish(
        new Publication(List.of(new Topic("other")), false, "theirs", null, null, "", null));
    assertThat(received("theirs", false).get(0)).contains("\"reason\":\"unknown\"");
  }

  @Test
  void namesThePlacesOfALogThatIsEmptyStill() {
    String place = log.idAt(0).toString();

    assertThat(received("none", false).get(0))
        .contains("\"oldest\":\"" + place + "\",\"newest\":\"" + place + '"');
  }

  @Test
  void beginsAtATimeAndTellsOfWhatIsGoneSince() {
    for (int i = 1; i <= 3; i++) {
      publish("e" + i, false);
    }
    StartingPoint before = new StartingPoint.Since(Instant.EPOCH, "1970");
    assertThat(received(before, false)).hasSize(3);
    StartingPoint after = new StartingPoint.Since(Instant.MAX, "later");
    assertThat(received(after, false)).isEmpty();

    for (int i = 4; i <= 9; i++) {
      publish("e" + i, false);
    }
    List<String> frames = received(before, false);
    assertThat(frames).hasSize(6);
    assertThat(frames.get(0))
        .contains("event: gap", "\"requested\":\"1970\"", "\"reason\":\"evicted\"");
    assertThat(frames.get(1)).contains("of e5");
  }

  @Test
  void noReaderGetsWhatNodesTellEachOther() {
    Interest everything =
        new Interest(
            TopicSelector.parse(List.of("*")),
            new StartingPoint.Since(Instant.EPOCH, "1970"),
            false,
            Duration.ZERO,
            entry -> true);
    List<String> frames = new ArrayList<>();
    FrameSink sink = (frame, offset, since) -> frames.add(new String(frame, UTF_8));
    log.append(List.of(ControlEntry.of("told")), topic -> false);
    publish("first", true);
    try (Cursor reader = hub.subscribe(everything, () -> {})) {
      reader.poll(sink);
      log.append(List.of(ControlEntry.of("told")), topic -> false);
      publish("second", true);
      executor.runDue();
      reader.poll(sink);
    }
    assertThat(frames)
        .containsExactly("id: first\ndata: of first\n\n", "id: second\ndata: of second\n\n");
  }

  private void publish(String id, boolean isPrivate) {
    List<Topic> topics = List.of(new Topic("topic"));
    hub.publish(new Publication(topics, isPrivate, id, null, null, "of " + id, null));
  }

  private List<String> received(String lastEventId, boolean mayReadPrivate) {
    return received(new StartingPoint.After(lastEventId), mayReadPrivate);
  }

  private List<String> received(StartingPoint start, boolean mayReadPrivate) {
    Interest interest =
        new Interest(
            TopicSelector.parse(List.of("topic")),
            start,
            false,
            Duration.ZERO,
            entry -> mayReadPrivate);
    List<String> frames = new ArrayList<>();
    try (Cursor reader = hub.subscribe(interest, () -> {})) {
      reader.poll((FrameSink) (frame, offset, since) -> frames.add(new String(frame, UTF_8)));
    }
    return frames;
  }
}
