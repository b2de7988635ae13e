package bellwether.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.Publication;
import bellwether.exchange.FailedRequests;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.hub.Hub;
import bellwether.hub.Interest;
import bellwether.observe.Metrics;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Streams that have lasted long enough. */
class StreamAgeTest {
  private static final Topic TOPIC = new Topic("topic");
  private static final Duration AGE = Duration.ofMinutes(10);
  private static final Duration STALL = Duration.ofSeconds(30);
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final Interest OURS = Interest.in(TopicSelector.parse(List.of("topic")));

  private final Metrics metrics = new Metrics();
  private final ConnectionRegistry registry = new ConnectionRegistry(1000, metrics);
  private final ManualScheduler time = new ManualScheduler();
  private final Hub hub = Hubs.over(MemoryLogs.of(1000), time);
  private final Retry retry = new Retry(Duration.ofSeconds(3), new Random(1));
  private long key;

  @Test
  void eachEndsAtAMomentOfItsOwnInTheLastFifth() {
    Lifetime lifetime = lifetime(AGE);
    List<FakeResponse> streams = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      streams.add(open(OURS, lifetime));
    }
    time.advance(AGE.multipliedBy(4).dividedBy(5).minus(HEARTBEAT.dividedBy(2)));
    assertThat(streams).as("before").noneMatch(FakeResponse::isOver);
    for (int part = 1; part <= 4; part++) {
      long before = streams.stream().filter(FakeResponse::isOver).count();
      time.advance(AGE.dividedBy(20).plus(HEARTBEAT.dividedBy(8)));
      assertThat(streams.stream().filter(FakeResponse::isOver).count() - before)
          .as("a quarter of them in each quarter of it, roughly")
          .isBetween(20L, 80L);
    }
    assertThat(streams).as("when it is over").allMatch(FakeResponse::isOver);
    assertThat(metrics.text())
        .contains("bellwether_streams_closed_total{reason=\"aged\"} 200.0")
        .contains("bellwether_streams_open 0.0");
  }

  @Test
  void endsInOrderWithAWordAndLosesNothing() {
    FakeResponse stream = open(OURS, lifetime(AGE));
    int published = 0;
    while (!stream.isOver()) {
      hub.publish(Publication.of(TOPIC, Integer.toString(published++)));
      time.advance(Duration.ofSeconds(1));
    }
    String text = new String(stream.written(), UTF_8);
    for (int i = 0; i < published - 1; i++) {
      assertThat(text).containsOnlyOnce("\ndata: " + i + "\n");
    }
    assertThat(text).containsPattern("event: shutdown\nretry: \\d+\ndata: \\{}\n\n$");
    assertThat(stream.violations()).isEmpty();
  }

  @Test
  void aStreamWithoutControlEventsIsToldOnlyWhenToComeBack() {
    FakeResponse stream = open(OURS.withoutControlEvents(), lifetime(AGE));
    time.advance(AGE);
    assertThat(stream.isOver()).isTrue();
    assertThat(new String(stream.written(), UTF_8))
        .doesNotContain("event:")
        .containsPattern(":\nretry: \\d+\n\n?$");
  }

  @Test
  void aClientThatTakesNothingIsCutAllTheSameWhenItHasStalled() {
    FakeResponse stream = open(OURS, lifetime(STALL.dividedBy(3))); // so it is soon told to end
    stream.stickAfter(0);
    hub.publish(Publication.of(TOPIC, "what it does not take"));
    time.advance(STALL.minusSeconds(1));
    assertThat(metrics.text()).contains("bellwether_streams_open 1.0");

    time.advance(Duration.ofSeconds(1).plus(HEARTBEAT.dividedBy(2)));

    assertThat(metrics.text())
        .contains("bellwether_streams_closed_total{reason=\"stalled\"} 1.0")
        .contains("bellwether_streams_open 0.0");
  }

  @Test
  void aClientThatTakesSomethingNowAndThenHasNotStalled() {
    FakeResponse stream = open(OURS, lifetime(STALL.dividedBy(3)));
    stream.stickAfter(1); // the event has been begun
    hub.publish(Publication.of(TOPIC, "x".repeat(100 * WriteBuffer.MAX)));
    time.runDue();
    for (int i = 0; i < 10; i++) {
      stream.stickAfter(1);
      assertThat(stream.takeWritePossible()).as("but the container is busy").isTrue();
      time.advance(STALL.minusSeconds(10));
    }
    assertThat(metrics.text()).contains("bellwether_streams_open 1.0");
  }

  @Test
  void lastsForEverUnlessAskedOtherwise() {
    FakeResponse stream = open(OURS, lifetime(Duration.ZERO));
    time.advance(Duration.ofHours(1));
    assertThat(stream.isOver()).isFalse();
  }

  private Lifetime lifetime(Duration age) {
    Lifetime lifetime = new Lifetime(age, retry, time::nanoTime);
    new StreamSupervisor(
            registry, new FailedRequests(), time, HEARTBEAT, STALL, Long.MAX_VALUE, lifetime)
        .start();
    return lifetime;
  }

  private FakeResponse open(Interest interest, Lifetime lifetime) {
    FakeResponse response = new FakeResponse(new Random(1), 0);
    StreamConnection connection =
        new StreamConnection(
            new ContainerOutput(response, response::complete, () -> {}),
            new byte[] {':', '\n'},
            new StreamContext(
                registry, new FailedRequests(), metrics, time, time::nanoTime, retry::next),
            new StreamKey(0, key++));
    connection.attach(hub.subscribe(interest, connection), () -> {}, lifetime.draw());
    assertThat(registry.add(connection)).isTrue();
    assertThat(response.takeWritePossible()).isTrue();
    connection.onWritePossible();
    return response;
  }
}
