package bellwether.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import bellwether.access.ClientLimits;
import bellwether.auth.Grant;
import bellwether.config.Settings;
import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.ForwardingLog;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.fixtures.TestExchanges;
import bellwether.hub.Hub;
import bellwether.hub.PatternBudget;
import bellwether.observe.Metrics;
import bellwether.topic.Topic;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams from their opening, or refusal, to the end of all of them; nothing is left open. */
class StreamsTest {
  private static final int MAX = 2;

  private final Metrics metrics = new Metrics();
  private final ManualScheduler executor = new ManualScheduler();
  private final CountedReads log = new CountedReads(MemoryLogs.of(100));
  private final Hub hub = Hubs.over(log, executor);
  private long now;
  private Runnable meanwhile = () -> {};
  private final Streams streams =
      new Streams(
          hub,
          metrics,
          new Settings.Streams(
              MAX,
              Duration.ofSeconds(15),
              Duration.ZERO,
              Duration.ofMillis(10),
              Duration.ofDays(1),
              1000,
              PatternBudget.USUAL,
              1,
              Duration.ZERO),
          ClientLimits.none(),
          new Settings.Drain(Duration.ofDays(1), Duration.ofSeconds(10)),
          token -> false,
          OtherServers.NONE,
          TestExchanges.of(1000),
          executor,
          this::passTime,
          InstantSource.system(),
          new Random(1));
  private final EventsServlet servlet =
      new EventsServlet(
          new Publishing(
              hub,
              topic -> topic.name().equals("own"),
              topic -> false,
              ClientLimits.none(),
              100,
              TestExchanges.of(1000)),
          streams.opener(),
          streams.polls(),
          request -> Grant.NONE,
          request -> Grant.NONE,
          TestExchanges.of(1000),
          InstantSource.system());

  @Test
  void sendsWhatIsPublished() throws IOException {
    FakeResponse body = new FakeResponse(new Random(1), 0);
    Exchange stream = get(body);
    body.callListener();
    publish("hello");

    assertThat(stream.isOpen()).isTrue();
    assertThat(text(body)).contains("data: hello\n\n");
    assertThat(body.violations()).isEmpty();
  }

  @Test
  void refusesOneTooManyUntilAnotherHasGone() throws IOException {
    FakeResponse body = new FakeResponse(new Random(1), 0);
    get(body);
    body.callListener();
    assertThat(get(new FakeResponse(new Random(1), 0)).isOpen()).isTrue();
    assertRefused(get(new FakeResponse(new Random(1), 0)));
    assertThat(metrics.text()).contains("bellwether_streams_refused_total 1.0");

    body.breakOff();
    publish("whose writing fails");
    assertThat(get(new FakeResponse(new Random(1), 0)).isOpen()).isTrue();
    assertRefused(get(new FakeResponse(new Random(1), 0)));
  }

  @Test
  void waitsForNoClientToOpen() throws IOException {
    FakeResponse body = new FakeResponse(new Random(1), 0);
    Exchange stream = get(body);
    assertThat(stream.waits()).isZero();

    body.callListener();
    assertThat(text(body)).as("the bytes that bring the headers").contains("retry: ");
    assertThat(body.isFlushed()).isTrue();
  }

  @Test
  void leavesNothingOfAClientThatWentBeforeItsHeadersCould() throws IOException {
    for (int i = 0; i < MAX + 1; i++) {
      FakeResponse body = new FakeResponse(new Random(1), 0);
      Exchange stream = get(body);
      stream.fail();

      assertThat(stream.isOpen()).isFalse();
      assertThat(body.completions()).isEqualTo(1);
    }
    assertThat(metrics.text()).contains("bellwether_streams_open 0.0");
  }

  @Test
  void saysGoodByeToAllAndOpensNoMore() throws IOException {
    FakeResponse ready = new FakeResponse(new Random(1), 0);
    Exchange one = get(ready);
    ready.callListener();
    FakeResponse stuck = new FakeResponse(new Random(1), 0);
    Exchange other = get(stuck);
    stuck.callListener();
    stuck.stickAfter(0);
    publish("what the other will not take");

    assertThat(metrics.text()).contains("bellwether_draining 0.0");

    streams.close();

    assertThat(one.isOpen()).isFalse();
    assertThat(text(ready)).contains("event: shutdown\nretry: ").endsWith("data: {}\n\n");
    assertThat(metrics.text())
        .contains("bellwether_streams_open 0.0")
        .contains("bellwether_draining 1.0");
    assertThat(other.isOpen()).as("it still has bytes to take").isTrue();
    stuck.stickAfter(Integer.MAX_VALUE);
    stuck.callListener();
    assertThat(other.isOpen()).isFalse();
    log.reads = 0;
    assertRefused(get(new FakeResponse(new Random(1), 0)));
    publish("for nobody");
    assertThat(log.reads).as("the hub has forgotten them all").isZero();
  }

  @Test
  void waitsForNobodyWhenAllHaveGone() throws IOException {
    FakeResponse body = new FakeResponse(new Random(1), 0);
    get(body);
    body.callListener();
    meanwhile = () -> fail("it waited");

    streams.close();

    assertThat(text(body)).contains("event: shutdown\n");
  }

  @Test
  void saysGoodByeToWhoIsReadyOnlyInTheEnd() throws IOException {
    FakeResponse body = new FakeResponse(new Random(1), 0);
    Exchange stream = get(body);
    body.callListener();
    body.stickAfter(0);
    publish("what it takes late");
    meanwhile =
        () -> {
          body.stickAfter(Integer.MAX_VALUE);
          body.takeWritePossible(); // but the container's thread is busy, and does not call
        };

    streams.close();

    assertThat(stream.isOpen()).isFalse();
    assertThat(text(body)).contains("event: shutdown\n");
  }

  @Test
  void completesInTheEndWhatTheContainerLeftOpenAfterAFailure() throws IOException {
    FakeResponse body = new FakeResponse(new Random(1), 0);
    Exchange stream = get(body);
    body.callListener();
    body.breakOff();
    publish("whose writing fails");
    assertThat(stream.isOpen()).as("the container has its time").isTrue();

    streams.close();

    assertThat(stream.isOpen()).isFalse();
    assertThat(body.completions()).isEqualTo(1);
  }

  @Test
  void completesWhatFailsAsItIsClosed() throws IOException {
    FakeResponse body = new FakeResponse(new Random(1), 0);
    Exchange stream = get(body);
    body.callListener();
    body.breakOff(); // nobody has noticed by the time of the farewell

    streams.close();

    assertThat(stream.isOpen()).isFalse();
    assertThat(body.completions()).isEqualTo(1);
  }

  @Test
  void answersHeadWithTheHeadersOfAStreamAndOpensNone() {
    Exchange head =
        new Exchange("HEAD", "/events", null)
            .async(new FakeResponse(new Random(1), 0))
            .through(servlet);

    assertThat(head.isOpen()).isFalse();
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Type")).isEqualTo("text/event-stream");
    assertThat(metrics.text()).contains("bellwether_streams_opened_total 0.0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/event-stream", "text/html, text/event-stream;q=0.5", "text/*", "*/*"})
  void opensForWhoCanTakeAStream(String accept) {
    assertThat(
            exchange(new FakeResponse(new Random(1), 0))
                .with("Accept", accept)
                .through(servlet)
                .isOpen())
        .isTrue();
  }

  @Test
  void refusesWhoCannotTakeAStream() {
    Exchange refused =
        exchange(new FakeResponse(new Random(1), 0))
            .with("Accept", "application/xml")
            .through(servlet);

    assertThat(refused.status()).isEqualTo(406);
    assertThat(refused.isOpen()).isFalse();
  }

  /** A clock that goes on by itself, so that waiting comes to its end. */
  private long passTime() {
    now += Duration.ofMillis(100).toNanos();
    if (now > Duration.ofSeconds(2).toNanos()) {
      meanwhile.run();
    }
    return now;
  }

  private void publish(String data) {
    hub.publish(Publication.of(new Topic("topic"), data));
    executor.runDue();
  }

  private Exchange get(FakeResponse body) {
    return exchange(body).through(servlet);
  }

  private static Exchange exchange(FakeResponse body) {
    return new Exchange("GET", "/events", null).async(body);
  }

  private static final class CountedReads extends ForwardingLog {
    int reads;

    CountedReads(MemoryEventLog log) {
      super(log);
    }

    @Override
    public ReadResult read(Place place, long upTo, EntryFilter wanted, int limit) {
      reads++;
      return super.read(place, upTo, wanted, limit);
    }
  }

  private static void assertRefused(Exchange exchange) {
    assertThat(exchange.isOpen()).isFalse();
    assertThat(exchange.status()).isEqualTo(200);
  }

  private static String text(FakeResponse body) {
    return new String(body.written(), UTF_8);
  }
}
