package bellwether.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.access.ClientLimits;
import bellwether.access.Gate;
import bellwether.auth.Grant;
import bellwether.auth.Token;
import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Publication;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.hub.FanOut;
import bellwether.hub.Hub;
import bellwether.hub.HubListener;
import bellwether.observe.Metrics;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import bellwether.wire.EventStreamParser;
import bellwether.wire.MessageEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Streams with {@code control=off}, for clients that take every type for news: whatever befalls
 * one, no event comes but what was published.
 */
class ControlOffTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static final TopicSelector NOTHING = new TopicSelector(List.of());
  private static final int CAPACITY = 8;

  private final ManualScheduler time = new ManualScheduler();
  private final Set<String> revoked = new HashSet<>();
  private Grant grant = Grant.NONE;
  private final Metrics metrics = new Metrics();
  private final MemoryEventLog log = MemoryLogs.of(CAPACITY);
  private final Hub hub =
      new Hub(
          log,
          topic -> topic.name().startsWith("state"),
          time,
          time,
          FanOut.over(1),
          time::nanoTime,
          HubListener.NONE);
  private final ConnectionRegistry registry = new ConnectionRegistry(100, metrics);
  private final StreamRights rights =
      new StreamRights(
          registry,
          time,
          () -> START.plusNanos(time.nanoTime()),
          token -> revoked.contains(token.id()));
  private final Gate gate = request -> grant;
  private final Retry retry = new Retry(Duration.ofSeconds(3), new Random(1));
  private final StreamContext context =
      new StreamContext(registry, new FailedRequests(), metrics, time, time::nanoTime, retry::next);
  private final EventsServlet events =
      new EventsServlet(
          new Publishing(hub, topic -> false, topic -> false, ClientLimits.none(), 100),
          new StreamOpener(
              hub,
              context,
              retry,
              retry::nextWhenRefused,
              rights,
              ClientLimits.none(),
              new Random(1)),
          new PollOpener(hub, context, time, retry::nextWhenRefused, rights, ClientLimits.none()),
          gate,
          gate,
          1000,
          () -> START);
  private final StreamServlet changes =
      new StreamServlet(hub, registry, rights, gate, retry::nextWhenRefused, 1000);
  private final List<Stream> opened = new ArrayList<>();

  private record Stream(Exchange exchange, FakeResponse body) {
    String text() {
      return new String(body.written(), UTF_8);
    }

    List<MessageEvent> events() {
      List<MessageEvent> events = new ArrayList<>();
      new EventStreamParser(events::add).feed(body.written());
      return events;
    }

    List<String> data() {
      return events().stream().map(MessageEvent::data).toList();
    }

    boolean isOpen() {
      return exchange.isOpen();
    }
  }

  @AfterEach
  void noTypeOfOursCame() {
    for (Stream stream : opened) {
      assertThat(stream.events()).allMatch(event -> event.type().equals("message"));
      assertThat(stream.body().violations()).isEmpty();
    }
  }

  @Test
  void opensWithTheStateAndItsIdsAndNothingElse() {
    publish("state/a", "state");
    publish("log", "not of this time");
    Stream stream = open("");
    assertThat(stream.text()).matches(":\nretry: \\d+\nid: " + log.idAt(1) + "\ndata: state\n\n");
    assertThat(stream.exchange().header("Last-Event-ID")).isNull();
    assertThat(stream.exchange().header("Content-Location")).startsWith("events/");
  }

  @Test
  void aQuietStreamGetsACommentAlthoughTheLogMovesOn() {
    publish("log", "1");
    Stream stream = open("&lastEventId=" + log.idAt(0));
    for (int i = 0; i < 3; i++) {
      publish("other", "x");
    }
    beat();
    assertThat(stream.text()).endsWith("data: 1\n\n:\n");
  }

  @Test
  void aGapAtTheOpeningIsToldInTheHeaderOnly() {
    publish("log", "first");
    publishMany();
    Stream evicted = open("&lastEventId=" + log.idAt(1));
    assertThat(evicted.exchange().header("Last-Event-ID")).isEqualTo("earliest");
    assertThat(evicted.data()).startsWith("e" + (20 - CAPACITY + 1)).endsWith("e20");
    Stream unknown = open("&lastEventId=strange");
    assertThat(unknown.exchange().header("Last-Event-ID")).isEqualTo("earliest");
    publish("log", "live");
    assertThat(unknown.data()).containsExactly("live");
    Stream whole = open("&lastEventId=" + log.idAt(20));
    assertThat(whole.exchange().header("Last-Event-ID")).isEqualTo(log.idAt(20).toString());
    assertThat(evicted.isOpen() && unknown.isOpen() && whole.isOpen()).isTrue();
  }

  @Test
  void anEvictionWhileItIsOpenEndsItAndTheNextResponseTells() {
    FakeResponse slow = new FakeResponse(new Random(1), 0);
    Stream stream = open("", slow);
    publish("log", "read");
    slow.stickAfter(0);
    publish("log", "x".repeat(20_000)); // the client takes nothing more for a while
    publishMany();
    slow.stickAfter(Integer.MAX_VALUE);
    writePossible(slow);
    time.runDue();
    assertThat(stream.isOpen()).isFalse();
    assertThat(metrics.text()).contains("bellwether_streams_closed_total{reason=\"lagged\"} 1.0");
    List<MessageEvent> got = stream.events();
    Stream next = open("&lastEventId=" + got.get(got.size() - 1).lastEventId());
    assertThat(next.exchange().header("Last-Event-ID")).isEqualTo("earliest");
    assertThat(next.data()).endsWith("e20");
    assertThat(next.isOpen()).isTrue();
  }

  @Test
  void anEvictionThatAChangeFindsEndsItToo() {
    Stream stream = open("");
    for (int i = 1; i <= 20; i++) {
      hub.publish(Publication.of(new Topic("log"), "e" + i)); // and no turn of the fan-out
    }
    String url = String.valueOf(stream.exchange().header("Content-Location"));
    Exchange change = new Exchange("POST", "/events", url.substring("events".length()));
    change.with("Content-Type", "application/x-www-form-urlencoded");
    change.body("topic=log&topic=other".getBytes(UTF_8)).through(changes);
    assertThat(change.status()).isEqualTo(204);
    time.runDue();
    assertThat(stream.isOpen()).isFalse();
  }

  @Test
  void aDrainIsATimeToComeBackAndAnEnd() {
    Stream stream = open("");
    publish("log", "1");
    registry.forEach(request -> request.shutDown(Duration.ofMillis(1234)));
    assertThat(stream.text()).endsWith("data: 1\n\n:\nretry: 1234\n");
    assertThat(stream.isOpen()).isFalse();
  }

  @Test
  void aRevocationIsAnEnd() {
    grant = token("t", null);
    Stream stream = open("");
    publish("log", "1");
    revoked.add("t");
    rights.endRevoked();
    assertThat(stream.text()).endsWith("data: 1\n\n:\n");
    assertThat(stream.isOpen()).isFalse();
  }

  @Test
  void theEndOfATokenIsAnEnd() {
    grant = token("t", START.plusSeconds(10));
    Stream stream = open("");
    time.advance(Duration.ofSeconds(11));
    assertThat(stream.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "OFF", "no", "0", "off&control=off"})
  void anyOtherValueIsRefused(String value) {
    Exchange exchange = new Exchange("GET", "/events", null).query("topic=a&control=" + value);
    exchange.async(new FakeResponse(new Random(1), 0)).through(events);
    assertThat(exchange.status()).isEqualTo(400);
    assertThat(exchange.text()).contains("control");
  }

  @Test
  void onIsAsIfItWereNotThere() {
    FakeResponse body = new FakeResponse(new Random(1), 0);
    Exchange exchange = new Exchange("GET", "/events", null).query("topic=a&control=on");
    exchange.async(body).through(events);
    writePossible(body);
    assertThat(new String(body.written(), UTF_8)).contains("event: cursor\n");
  }

  @Test
  void aPollHasItsGapInAnyCase() {
    publish("log", "first");
    publishMany();
    FakeResponse body = new FakeResponse(new Random(1), 0);
    Exchange exchange =
        new Exchange("GET", "/events", null)
            .query("topic=log&control=off&lastEventId=" + log.idAt(1))
            .with("Accept", "application/json");
    exchange.async(body).through(events);
    writePossible(body);
    assertThat(new String(body.written(), UTF_8)).contains("\"reason\":\"evicted\"", "e20");
  }

  private Stream open(String query) {
    return open(query, new FakeResponse(new Random(1), 0));
  }

  private Stream open(String query, FakeResponse body) {
    Exchange exchange =
        new Exchange("GET", "/events", null)
            .query("topic=log&topic=state/{name}&control=off" + query)
            .async(body);
    exchange.through(events);
    writePossible(body);
    Stream stream = new Stream(exchange, body);
    opened.add(stream);
    return stream;
  }

  private static void writePossible(FakeResponse body) {
    try {
      body.callListener();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void beat() {
    for (int i = 0; i < 2; i++) {
      registry.forEach(request -> ((StreamConnection) request).tend(DAY, Long.MAX_VALUE));
    }
  }

  private void publish(String topic, String data) {
    hub.publish(Publication.of(new Topic(topic), data));
    time.runDue();
  }

  private void publishMany() {
    for (int i = 1; i <= 20; i++) {
      publish("log", "e" + i);
    }
  }

  private static Grant token(String id, @Nullable Instant expiresAt) {
    return new Grant(NOTHING, NOTHING, false, new Token(id, "ada", null, expiresAt, null));
  }
}
