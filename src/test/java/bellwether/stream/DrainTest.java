package bellwether.stream;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.config.Settings;
import bellwether.fixtures.FakeResponse;
import bellwether.hub.Interest;
import bellwether.hub.StartingPoint;
import bellwether.topic.TopicSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A drain, from readiness going down to the end of the last stream, and its being taken back. */
class DrainTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Settings.Drain AT_ONCE = DrainedServer.USUAL;
  private static final Settings.Drain LATER = new Settings.Drain(SECOND, AT_ONCE.window());

  private final DrainedServer server = new DrainedServer();
  private final Drain drain = server.drain;

  @Test
  void readinessGoesFirstAndStreamsGoOnThroughTheDelay() {
    DrainedServer.OneStream early = server.open();
    List<DrainedServer.OneStream> late = new ArrayList<>();
    server.after(
        SECOND.minusMillis(100),
        () -> {
          assertThat(server.readiness().status()).isEqualTo(503);
          assertThat(server.readiness().text())
              .isEqualTo(
                  "{\"status\":\"DOWN\",\"checks\":{\"stocks\":\"UP\",\"streams\":\"DRAINING\"}}");
          late.add(server.open());
          server.publish("in the delay");
        });

    Drain.Outcome outcome = drain.drain(LATER).orElseThrow();

    assertThat(server.time.nanoTime()).isEqualTo(SECOND.toNanos());
    assertThat(outcome).isEqualTo(new Drain.Outcome(2, 0, Duration.ZERO));
    for (DrainedServer.OneStream stream : List.of(early, late.get(0))) {
      assertThat(stream.text()).containsSubsequence("data: in the delay\n", "event: shutdown\n");
      assertThat(stream.isOpen()).isFalse();
      assertThat(stream.body().violations()).isEmpty();
    }
    assertThat(server.readiness().status()).isEqualTo(503);
  }

  @Test
  void eachStreamIsToldATimeOfItsOwnAllOverTheWindow() {
    List<DrainedServer.OneStream> streams = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      streams.add(server.open());
    }

    assertThat(drain.drain(AT_ONCE).orElseThrow().told()).isEqualTo(500);

    List<Long> told = streams.stream().map(stream -> stream.retries().get(1)).toList();
    assertThat(told).allMatch(millis -> 1_000 <= millis && millis <= 10_000);
    for (long second = 1; second < 10; second++) {
      long from = second * 1_000;
      assertThat(told.stream().filter(millis -> from <= millis && millis < from + 1_000))
          .as("back in the second from %s ms on", from)
          .hasSizeBetween(30, 85);
    }
  }

  @Test
  void refusesWithATimeInTheWindowUntilItIsTakenBack() {
    drain.drain(new Settings.Drain(Duration.ZERO, SECOND));

    DrainedServer.OneStream refused = server.open();
    assertThat(refused.exchange().status()).isEqualTo(200);
    assertThat(refused.text()).matches(":\nretry: \\d+\n");
    assertThat(refused.retries().get(0)).isBetween(100L, 1_000L);
    assertThat(refused.isOpen()).isFalse();

    assertThat(drain.takeBack()).isTrue();

    assertThat(server.open().isOpen()).isTrue();
    assertThat(server.readiness().status()).isEqualTo(200);
    assertThat(server.readiness().text()).doesNotContain("DRAINING");
  }

  @Test
  void aClientThatTakesNothingHoldsUpNobodyAndIsCut() {
    DrainedServer.OneStream stuck = server.open();
    stuck.body().stickAfter(0);
    server.publish("what it does not take");
    DrainedServer.OneStream sound = server.open();
    server.after(
        Duration.ofMillis(5), () -> assertThat(sound.isOpen()).as("at the first look").isFalse());

    Drain.Outcome outcome = drain.drain(AT_ONCE).orElseThrow();

    assertThat(outcome).isEqualTo(new Drain.Outcome(2, 1, Duration.ofSeconds(2)));
    assertThat(server.registry.size()).isZero();
    assertThat(stuck.text()).doesNotContain("shutdown");
  }

  @Test
  void takenBackInItsDelayItEndsNothing() {
    DrainedServer.OneStream stream = server.open();
    server.after(Duration.ofMillis(500), drain::takeBack);

    assertThat(drain.drain(LATER)).isEmpty();

    assertThat(server.time.nanoTime()).as("and waits no longer").isLessThan(SECOND.toNanos());
    assertThat(stream.isOpen()).isTrue();
    assertThat(server.open().isOpen()).isTrue();
  }

  @Test
  void takenBackInItsDelayItIsOverEvenIfTheNextHasBegun() {
    List<Drain.Outcome> ofTheNext = new ArrayList<>();
    server.open();
    server.after(
        Duration.ofMillis(500),
        () -> {
          drain.takeBack();
          ofTheNext.add(drain.drain(LATER).orElseThrow());
        });

    Optional<Drain.Outcome> ofTheFirst = drain.drain(LATER);

    assertThat(ofTheFirst).isEmpty();
    assertThat(ofTheNext).singleElement().extracting(Drain.Outcome::told).isEqualTo(1);
  }

  @Test
  void whatIsLetInOnceItIsTakenBackIsNotEndedByItsWaitingForASlowClient() {
    DrainedServer.OneStream stuck = server.open();
    stuck.body().stickAfter(0);
    server.publish("what it does not take");
    List<DrainedServer.OneStream> late = new ArrayList<>();
    server.after(
        SECOND,
        () -> {
          drain.takeBack();
          late.add(server.open());
        });

    assertThat(drain.drain(AT_ONCE).orElseThrow().cut()).isEqualTo(1);

    assertThat(late.get(0).isOpen()).isTrue();
    assertThat(late.get(0).text()).doesNotContain("shutdown");
  }

  @Test
  void anotherInItsDelayHastensIt() {
    DrainedServer.OneStream stream = server.open();
    server.after(
        Duration.ofMillis(500),
        () -> assertThat(drain.drain(AT_ONCE).orElseThrow().told()).isEqualTo(1));

    assertThat(drain.drain(LATER).orElseThrow().told()).isZero();

    assertThat(stream.isOpen()).isFalse();
    assertThat(server.time.nanoTime()).isEqualTo(Duration.ofMillis(500).toNanos());
  }

  @Test
  void stoppingIsNotTakenBack() {
    DrainedServer.OneStream stream = server.open();

    drain.stop();
    drain.stopNow();

    assertThat(stream.text()).containsOnlyOnce("event: shutdown\n");
    assertThat(drain.takeBack()).isFalse();
    assertThat(server.readiness().status()).isEqualTo(503);
    assertThat(server.open().isOpen()).isFalse();
  }

  @Test
  void oneThatFailsAsItEndsDoesNotHoldUpTheOthers() {
    for (int i = 0; i < 3; i++) {
      add(
          () -> {
            throw new StackOverflowError();
          });
    }

    Drain.Outcome outcome = drain.drain(AT_ONCE).orElseThrow();

    assertThat(outcome).isEqualTo(new Drain.Outcome(3, 0, Duration.ZERO));
    assertThat(server.registry.size()).isZero();
  }

  private void add(Runnable complete) {
    FakeResponse response = new FakeResponse(new Random(1), 0);
    StreamConnection connection =
        new StreamConnection(
            new ContainerOutput(response, complete, () -> {}),
            new byte[] {':'},
            server.context,
            new StreamKey(0, 0));
    Interest interest =
        new Interest(
            TopicSelector.parse(List.of("topic")),
            new StartingPoint.Newest(),
            false,
            Duration.ZERO,
            entry -> true);
    connection.attach(server.hub.subscribe(interest, connection), () -> {}, 0);
    assertThat(server.registry.add(connection)).isTrue();
    assertThat(response.takeWritePossible()).isTrue();
    connection.onWritePossible();
  }
}
