package bellwether.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.access.ClientLimits;
import bellwether.auth.Grant;
import bellwether.auth.Token;
import bellwether.config.Settings;
import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Publication;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.fixtures.TestExchanges;
import bellwether.hub.Hub;
import bellwether.hub.PatternBudget;
import bellwether.observe.Metrics;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Polls from their opening, or refusal, to their answer; nothing is left of any. */
class PollTest {
  private static final int MAX = 3;
  private static final Instant START = Instant.parse("2026-11-26T00:00:00Z");

  private final Metrics metrics = new Metrics();
  private final ManualScheduler time = new ManualScheduler();
  private final MemoryEventLog log = MemoryLogs.of(3000);
  private final Hub hub = Hubs.over(log, topic -> topic.name().startsWith("state"), time);
  private final List<String> revoked = new ArrayList<>();
  private final Streams streams =
      new Streams(
          hub,
          metrics,
          new Settings.Streams(
              MAX,
              Duration.ofSeconds(15),
              Duration.ZERO,
              Duration.ofSeconds(3),
              Duration.ofDays(1),
              1000,
              PatternBudget.USUAL,
              1,
              Duration.ZERO),
          new ClientLimits(new Settings.Limits(2, 0, 0, 0, 100, 0, 0), time::nanoTime),
          new Settings.Drain(Duration.ZERO, Duration.ofSeconds(10)),
          token -> revoked.contains(token.id()),
          OtherServers.NONE,
          TestExchanges.of(1000),
          time,
          time::nanoTime,
          () -> START.plusNanos(time.nanoTime()),
          new Random(1));
  private Grant grant = Grant.NONE;
  private final EventsServlet servlet =
      new EventsServlet(
          new Publishing(
              hub,
              topic -> false,
              topic -> false,
              ClientLimits.none(),
              100,
              TestExchanges.of(1000)),
          streams.opener(),
          streams.polls(),
          request -> grant,
          request -> grant,
          TestExchanges.of(1000),
          () -> START);
  private int clients;

  @AfterEach
  void nothingIsLeft() {
    streams.close();
    assertThat(metrics.text()).contains("bellwether_polls_open 0.0");
    assertThat(time.waiting()).as("timers").isZero();
  }

  @Test
  void isAnsweredAtOnceWithTheStateAndTheNewestPosition() {
    publish("state/a", "old");
    publish("state/a", "new");
    String newest = publish("other", "not asked for");

    Asked poll = poll(null, "topic", "state/{name}");

    assertThat(poll.data()).containsExactly("new");
    assertThat(poll.json().getString("lastEventId")).isEqualTo(newest);
    assertThat(poll.json().getBoolean("more")).isFalse();
    assertThat(poll.json()).doesNotContainKey("gap");
    assertThat(poll.exchange.header("Content-Type")).isEqualTo("application/json");
    assertThat(poll.exchange.header("Cache-Control")).isEqualTo("no-store");
    assertThat(poll.exchange.header("Vary")).isEqualTo("Accept");
  }

  @Test
  void isNotHeldWithoutACursor() {
    Asked poll = poll("wait=25", "topic", "a");

    assertThat(poll.data()).isEmpty();
    assertThat(poll.exchange.header("Preference-Applied")).isEqualTo("wait=25");
  }

  @Test
  void isHeldUntilThereIsSomethingForIt() {
    String before = publish("a", "before");
    Asked poll = poll("wait=25", "topic", "a", "lastEventId", before);
    publish("other", "for somebody else");
    time.advance(Duration.ofSeconds(24));
    assertThat(poll.exchange.isOpen()).isTrue();
    assertThat(metrics.text()).contains("bellwether_polls_open 1.0");

    String id = publish("a", "something");

    assertThat(poll.data()).containsExactly("something");
    assertThat(poll.json().getString("lastEventId")).isEqualTo(id);
    assertThat(metrics.text()).contains("bellwether_polls_total{kind=\"long\"} 1.0");
  }

  @Test
  void isAnsweredWhenItsTimeIsOverWithAPlaceThatMovedOn() {
    String before = publish("a", "before");
    Asked poll = poll("wait=25", "topic", "a", "lastEventId", before);
    String newest = publish("other", "for somebody else");

    time.advance(Duration.ofSeconds(25));

    assertThat(poll.data()).isEmpty();
    assertThat(poll.json().getString("lastEventId")).isEqualTo(newest);
    assertThat(poll.json().getBoolean("more")).isFalse();
  }

  @Test
  void comesInPagesOfWhichEachSaysWhereTheNextBegins() {
    String place = publish("a", "0");
    int all = PollOpener.MAX_EVENTS + 10;
    for (int i = 1; i <= all; i++) {
      publish("a", Integer.toString(i));
    }
    Asked first = poll("wait=25", "topic", "a", "lastEventId", place);
    assertThat(first.data()).hasSize(PollOpener.MAX_EVENTS).startsWith("1", "2");
    assertThat(first.json().getBoolean("more")).isTrue();

    Asked second = poll(null, "topic", "a", "lastEventId", first.json().getString("lastEventId"));

    assertThat(second.data()).hasSize(10).endsWith(Integer.toString(all));
    assertThat(second.json().getBoolean("more")).isFalse();
  }

  @Test
  void holdsOneEventHoweverLargeAndThenNoMore() {
    String place = publish("a", "0");
    publish("a", "x".repeat(3 << 20));
    publish("a", "next");

    Asked poll = poll(null, "topic", "a", "lastEventId", place);

    assertThat(poll.data()).hasSize(1);
    assertThat(poll.json().getBoolean("more")).isTrue();
  }

  @Test
  void isRefusedMoreStateThanOneAnswerMayHave() {
    for (int i = 0; i < 5; i++) {
      publish("state/" + i, "x".repeat(1 << 20));
    }
    Asked poll = poll(null, "topic", "state/{name}");

    assertThat(poll.exchange.status()).isEqualTo(406);
    assertThat(poll.text()).contains("ask for fewer topics");
    assertThat(poll(null, "topic", "state/1").data()).hasSize(1);
  }

  @Test
  void tellsOfAnIdThatIsUnknownOnce() {
    String newest = publish("a", "not replayed");

    Asked poll = poll("wait=25", "topic", "a", "lastEventId", "nobody's");

    JsonObject gap = poll.json().getJsonObject("gap");
    assertThat(gap.getString("reason")).isEqualTo("unknown");
    assertThat(gap.getString("requested")).isEqualTo("nobody's");
    assertThat(poll.data()).isEmpty();
    assertThat(poll.json().getString("lastEventId")).isEqualTo(newest);
  }

  @Test
  void showsEventsAsAnEventSourceWould() {
    String place = publish("a", "0");
    hub.publish(
        new Publication(
            List.of(new Topic("a"), new Topic("b")),
            false,
            "own",
            "kind",
            null,
            "1\r\n2\r3",
            null));
    String id = publish("a", "quote \" \\ \u0000\u001f\u2028 \uD83D\uDD14");

    Asked poll = poll(null, "topic", "a", "lastEventId", place);

    JsonObject first = poll.json().getJsonArray("events").getJsonObject(0);
    assertThat(first.getString("id")).isEqualTo("own");
    assertThat(first.getString("type")).isEqualTo("kind");
    assertThat(first.getJsonArray("topics").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(first.getString("data")).isEqualTo("1\n2\n3");
    JsonObject second = poll.json().getJsonArray("events").getJsonObject(1);
    assertThat(second.getString("id")).isEqualTo(id);
    assertThat(second.getString("type")).isEqualTo("message");
    assertThat(second.getString("data")).isEqualTo("quote \" \\ \u0000\u001f\u2028 \uD83D\uDD14");
  }

  @Test
  void givesStateThatIsOlderThanTheCursorWithoutAnId() {
    publish("state/a", "old");
    String place = publish("a", "0");

    Asked poll = poll("wait=25", "topic", "*", "lastEventId", place, "retained", "all");

    JsonObject state = poll.json().getJsonArray("events").getJsonObject(0);
    assertThat(state.getString("data")).isEqualTo("old");
    assertThat(state).doesNotContainKey("id");
    assertThat(poll.json().getString("lastEventId")).isEqualTo(place);
  }

  @Test
  void isRefusedWhenItsTokenExpiresWhileItIsHeld() {
    grant = granted("t1", START.plusSeconds(10));
    String place = publish("a", "0");
    Asked poll = poll("wait=25", "topic", "a", "lastEventId", place);

    time.advance(Duration.ofSeconds(10));

    assertThat(poll.exchange.status()).isEqualTo(401);
    assertThat(poll.exchange.header("WWW-Authenticate")).contains("invalid_token");
  }

  @Test
  void isRefusedWhenItsTokenIsRevokedWhileItIsHeld() {
    grant = granted("t1", null);
    String place = publish("a", "0");
    Asked poll = poll("wait=25", "topic", "a", "lastEventId", place);
    revoked.add("t1");

    streams.rights().endRevoked();
    assertThat(streams.rights().ended()).isEqualTo(1);

    assertThat(poll.exchange.status()).isEqualTo(401);
  }

  @Test
  void readsPrivateEventsByItsGrant() {
    String place = publish("a", "0");
    Asked outsider = poll("wait=25", "topic", "a", "lastEventId", place);
    grant = granted("t1", null);
    Asked insider = poll("wait=25", "topic", "a", "lastEventId", place);
    hub.publish(Publication.of(new Topic("a"), "secret").privately());
    time.runDue();

    assertThat(insider.data()).containsExactly("secret");
    assertThat(outsider.exchange.isOpen()).isTrue();
  }

  @Test
  void isAnsweredWhenTheServerIsDrainedAndNoMoreAreTakenUp() {
    String place = publish("a", "0");
    Asked poll = poll("wait=25", "topic", "a", "lastEventId", place);

    streams.drain().drain(new Settings.Drain(Duration.ZERO, Duration.ofSeconds(10)));

    assertThat(poll.data()).isEmpty();
    assertThat(poll.json().getString("lastEventId")).isEqualTo(place);
    Asked late = poll("wait=25", "topic", "a", "lastEventId", place);
    assertThat(late.exchange.status()).isEqualTo(503);
    assertThat(Integer.parseInt(String.valueOf(late.exchange.header("Retry-After"))))
        .isBetween(1, 10);
  }

  @Test
  void isRefusedWhenThereAreTooManyUntilOneIsAnswered() {
    String place = publish("a", "0");
    for (int i = 0; i < MAX; i++) {
      assertThat(held(place).exchange.isOpen()).isTrue();
    }
    Asked refused = held(place);
    assertThat(refused.exchange.status()).isEqualTo(503);
    assertThat(refused.exchange.header("Retry-After")).isNotNull();
    assertThat(metrics.text()).contains("bellwether_polls_refused_total 1.0");

    publish("a", "for all of them");

    assertThat(poll(null, "topic", "a").exchange.status()).isEqualTo(200);
  }

  @Test
  void isRefusedWhenItsClientHasTooMany() {
    String place = publish("a", "0");
    String[] query = {"topic", "a", "lastEventId", place};
    ask(of("wait=25", query).from("192.0.2.7"));
    ask(of("wait=25", query).from("192.0.2.7"));

    Asked third = ask(of("wait=25", query).from("192.0.2.7"));

    assertThat(third.exchange.status()).isEqualTo(429);
    assertThat(ask(of("wait=25", query).from("192.0.2.8")).exchange.isOpen()).isTrue();
  }

  @Test
  void isForgottenWhenItsClientIsGone() throws IOException {
    String place = publish("a", "0");
    Asked poll = poll("wait=25", "topic", "a", "lastEventId", place);

    poll.exchange.fail();

    assertThat(metrics.text()).contains("bellwether_polls_open 0.0");
    publish("a", "for nobody");
    assertThat(poll.body.written()).isEmpty();
    assertThat(poll.body.violations()).isEmpty();
  }

  @Test
  void writesToASlowClientAsItTakesItAndThenNoMore() throws IOException {
    String place = publish("a", "0");
    publish("a", "x".repeat(100_000));
    FakeResponse slow = new FakeResponse(new Random(5), 70);
    Asked poll = ask(of("wait=25", "topic", "a", "lastEventId", place), slow);
    while (poll.exchange.isOpen()) {
      slow.callListener();
    }
    publish("a", "late");

    assertThat(poll.data()).containsExactly("x".repeat(100_000));
    assertThat(slow.completions()).isEqualTo(1);
    assertThat(slow.violations()).isEmpty();
  }

  @Test
  void isAnsweredWhenTheContainerEndsItOnItsWayOut() throws IOException {
    String place = publish("a", "0");
    Asked poll = poll("wait=25", "topic", "a", "lastEventId", place);

    poll.exchange.timeOut();

    assertThat(poll.data()).isEmpty();
    assertThat(poll.body.completions()).isEqualTo(1);
  }

  @Test
  void isRefusedAWaitThatIsNone() {
    assertThat(poll("wait=soon", "topic", "a").exchange.status()).isEqualTo(400);
    assertThat(poll(null, "topic", "a", "interval", "soon").exchange.status()).isEqualTo(400);
  }

  @Test
  void answersHeadWithTheHeadersAlone() {
    Exchange head =
        new Exchange("HEAD", "/events", null).with("Accept", "application/json").through(servlet);

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Type")).isEqualTo("application/json");
    assertThat(metrics.text()).doesNotContain("bellwether_polls_total{");
  }

  private static Grant granted(String id, @Nullable Instant expiresAt) {
    TopicSelector topics = TopicSelector.parse(List.of("a"));
    return new Grant(topics, topics, false, new Token(id, "ada", null, expiresAt, null));
  }

  private Asked held(String place) {
    return poll("wait=25", "topic", "a", "lastEventId", place);
  }

  private Asked poll(@Nullable String prefer, String... query) {
    return ask(of(prefer, query));
  }

  /** Each from an address of its own. */
  private Exchange of(@Nullable String prefer, String... query) {
    Exchange exchange =
        new Exchange("GET", "/events", null)
            .from("192.0.2." + 100 + clients++)
            .with("Accept", "application/json");
    if (prefer != null) {
      exchange.with("Prefer", prefer);
    }
    for (int i = 0; i < query.length; i += 2) {
      exchange.parameter(query[i], query[i + 1]);
    }
    return exchange;
  }

  private Asked ask(Exchange exchange) {
    return ask(exchange, new FakeResponse(new Random(1), 0));
  }

  private Asked ask(Exchange exchange, FakeResponse body) {
    exchange.async(body).through(servlet);
    try {
      body.callListener();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Asked(exchange, body);
  }

  private String publish(String topic, String data) {
    String id = hub.publish(Publication.of(new Topic(topic), data)).toString();
    time.runDue();
    return id;
  }

  /** A poll, and what its client has got. */
  private record Asked(Exchange exchange, FakeResponse body) {
    String text() {
      return exchange.text() + new String(body.written(), UTF_8);
    }

    JsonObject json() {
      assertThat(exchange.isOpen()).as("held").isFalse();
      assertThat(exchange.status()).as(text()).isEqualTo(200);
      assertThat(exchange.header("Content-Length"))
          .isEqualTo(Integer.toString(body.written().length));
      try (var reader = Json.createReader(new StringReader(text()))) {
        return reader.readObject();
      }
    }

    List<String> data() {
      return json().getJsonArray("events").stream()
          .map(event -> event.asJsonObject().getString("data"))
          .toList();
    }
  }
}
