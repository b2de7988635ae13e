package bellwether.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.auth.Grant;
import bellwether.auth.Token;
import bellwether.eventlog.Publication;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.hub.PatternBudget;
import bellwether.observe.CloseReason;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Streams that change while they are open, or end because their right does. */
class StreamServletTest {
  private static final Pattern URL = Pattern.compile("\"url\":\"events/([0-9a-f]{32})\"");
  private static final TopicSelector NOTHING = new TopicSelector(List.of());

  private final Map<String, Grant> grants = new HashMap<>();
  private final ServedEvents served =
      new ServedEvents(
          MemoryLogs.of(100),
          request ->
              grants.getOrDefault(String.valueOf(request.getHeader("Authorization")), Grant.NONE));
  private final ManualScheduler time = served.time;
  private final ConnectionRegistry registry = served.registry;

  /** A stream that was asked for, and what its client has got. */
  private record Stream(Exchange exchange, FakeResponse body) {
    String text() {
      return ServedEvents.text(body);
    }

    String key() {
      Matcher url = URL.matcher(text());
      assertThat(url.find()).as(text()).isTrue();
      return url.group(1);
    }
  }

  @Test
  void otherTopicsComeFromThenOnAndNothingIsLostOrDoubled() {
    publish("state/a", "a0");
    publish("state/b", "b0");
    publish("log/b", "old");
    Stream stream = open("topic=state/a&topic=log/a");
    publish("log/a", "1");
    assertThat(change(stream, "topic=state/a&topic=log/a&topic=state/b&topic=log/b"))
        .isEqualTo(204);
    publish("log/a", "2");
    publish("log/b", "3");
    publish("state/a", "a1");

    assertThat(data(stream)).containsExactly("a0", "1", "b0", "2", "3", "a1");
  }

  @Test
  void topicsThatAreLeftOutComeNoMore() {
    Stream stream = open("topic=a&topic=b");
    assertThat(change(stream, "topic=b")).isEqualTo(204);
    publish("a", "1");
    publish("b", "2");
    assertThat(data(stream)).containsExactly("2");
  }

  @Test
  void thePaceChangesAndTheTopicsStay() {
    publish("state", "0");
    Stream stream = open("topic=state");
    assertThat(change(stream, "interval=1s")).isEqualTo(204);
    publish("state", "1");
    publish("state", "2");
    assertThat(data(stream)).doesNotContain("2");
    time.advance(Duration.ofSeconds(1));
    assertThat(data(stream)).containsExactly("0", "2");
  }

  @Test
  void twoChangesAtOnceAreBothMade() {
    publish("state/b", "b0");
    FakeResponse slow = new FakeResponse(new Random(1), 0);
    Stream stream = open("topic=a", null, slow);
    String key = stream.key();
    assertThat(post(key, "topic=a&topic=state/b", null).status()).isEqualTo(204);
    assertThat(post(key, "interval=1s", null).status()).isEqualTo(204);
    publish("a", "1");
    assertThat(data(stream)).containsExactly("b0", "1");
  }

  @Test
  void aStreamThatResumesIsToldItsUrlInAHeader() {
    publish("a", "1");
    Stream first = open("topic=a");
    publish("a", "2");
    Matcher id = Pattern.compile("id: (.+)\nevent: cursor").matcher(first.text());
    assertThat(id.find()).isTrue();
    Stream second = open("topic=a&lastEventId=" + id.group(1));
    String url = String.valueOf(second.exchange().header("Content-Location"));
    assertThat(url).matches("events/[0-9a-f]{32}").doesNotEndWith(first.key());
    assertThat(first.exchange().header("Content-Location")).endsWith(first.key());
    assertThat(post(url.substring("events/".length()), "topic=b", null).status()).isEqualTo(204);
    publish("b", "3");
    assertThat(data(second)).containsExactly("2", "3");
  }

  @Test
  void nobodyChangesWhatIsNotOpen() {
    assertThat(post("0".repeat(32), "topic=a", null).status()).isEqualTo(404);
    assertThat(post("x", "topic=a", null).status()).isEqualTo(404);
    Stream stream = open("topic=a");
    stream.body().complete();
    registry.forEach(connection -> connection.close(CloseReason.GONE));
    assertThat(post(stream.key(), "topic=a", null).status()).isEqualTo(404);
  }

  @Test
  void aBadChangeChangesNothing() {
    Stream stream = open("topic=a");
    assertThat(change(stream, "topic=a&interval=soon")).isEqualTo(400);
    assertThat(change(stream, "topic=")).isEqualTo(400);
    publish("a", "1");
    assertThat(data(stream)).containsExactly("1");
    Exchange get = new Exchange("GET", "/events", "/" + stream.key()).through(served.changes);
    assertThat(get.status()).isEqualTo(405);
  }

  @Test
  void whatIsSaidInTheQueryIsNoChangeThatWasMade() {
    Stream stream = open("topic=a");
    Exchange change =
        new Exchange("POST", "/events", "/" + stream.key())
            .query("topic=b")
            .through(served.changes);
    assertThat(change.status()).isEqualTo(400);
    assertThat(change.text()).contains("topic is in the query: it belongs in the body");
  }

  /** Each of 1,000 strangers asks for the most that a request may have. */
  @Test
  void strangersWithCostlyPatternsAreRefusedOnceTheirShareIsUsed() {
    List<Stream> let = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      Stream stream = open("topic=" + costly(i));
      if (stream.exchange().isOpen()) {
        let.add(stream);
      } else {
        assertThat(stream.exchange().status()).isEqualTo(200);
        assertThat(stream.text()).contains("retry: ").doesNotContain("data", "event");
      }
    }
    assertThat(let).hasSizeBetween(10, 100);
    assertThat(served.hub.patterns().used()).isLessThanOrEqualTo(PatternBudget.USUAL / 2);
    assertThat(served.metrics.text())
        .contains("bellwether_streams_refused_total " + (1000.0 - let.size()));

    Exchange poll =
        new Exchange("GET", "/events", null)
            .with("Accept", "application/json")
            .query("topic=" + costly(-1))
            .async(new FakeResponse(new Random(1), 0))
            .through(served.events);
    assertThat(poll.status()).isEqualTo(503);
    assertThat(poll.header("Retry-After")).isNotNull();

    Stream byName = open("topic=a");
    assertThat(change(byName, "topic=" + costly(-1))).isEqualTo(503);
    served.publish("a", "still here");
    assertThat(data(byName)).containsExactly("still here");
    assertThat(open("topic=" + costly(0)).exchange().isOpen()).as("others have it").isTrue();

    grants.put("known", token("t", "ada", null));
    assertThat(open("topic=" + costly(-1), "known").exchange().isOpen()).isTrue();

    registry.forEach(connection -> connection.close(CloseReason.GONE));
    assertThat(served.hub.patterns().used()).isZero();
  }

  @Test
  void aStreamWhosePatternsFindNoRoomAfterAllEndsAndItsClientComesBack() {
    Stream stream = open("topic=a");
    TopicSelector topics = TopicSelector.parse(List.of("{x}/" + "y".repeat(200)));
    StreamChange change = new StreamChange(served.hub, topics, null, null);
    for (int i = 0; served.hub.patterns().hasRoom(topics, true); i++) {
      open("topic={x}/" + i + "y".repeat(150));
    }
    registry.forEach(
        one -> {
          if (one instanceof StreamConnection connection
              && connection.key().text().equals(stream.key())) {
            connection.change(change);
          }
        });
    served.publish("a", "1");
    assertThat(stream.exchange().isOpen()).isFalse();
    assertThat(stream.text()).doesNotContain("gap");
  }

  private static String costly(int i) {
    return "{%2Ba*,b*,c*,d*,e*,f*,g*,h*,i*,j*,k*,l*}" + i;
  }

  @Test
  void aStreamEndsWithItsToken() {
    grants.put("short", token("t", "ada", ServedEvents.START.plusSeconds(10)));
    Stream stream = open("topic=a", "short");
    time.advance(Duration.ofSeconds(9));
    assertThat(stream.exchange().isOpen()).isTrue();
    time.advance(Duration.ofSeconds(1));
    assertThat(stream.exchange().isOpen()).isFalse();
    assertThat(stream.text()).endsWith("event: revoked\ndata: {\"reason\":\"expired\"}\n\n");
    assertThat(registry.size()).isZero();
  }

  @Test
  void aRenewedTokenTakesThePlaceOfTheOneItHad() {
    grants.put("short", token("t", "ada", ServedEvents.START.plusSeconds(10)));
    grants.put("Bearer long", token("u", "ada", ServedEvents.START.plusSeconds(100)));
    Stream stream = open("topic=private", "short");
    publishPrivately("private", "not yet");
    grants.put("Bearer long", reading("private", "ada", ServedEvents.START.plusSeconds(100)));
    assertThat(post(stream.key(), null, "Bearer long").status()).isEqualTo(204);
    publishPrivately("private", "now");
    time.advance(Duration.ofSeconds(50));
    assertThat(stream.exchange().isOpen()).isTrue();
    assertThat(data(stream)).containsExactly("now");
    time.advance(Duration.ofSeconds(50));
    assertThat(stream.exchange().isOpen()).isFalse();
  }

  @Test
  void nobodyElsesTokenRenewsAStream() {
    grants.put("ada", token("t", "ada", ServedEvents.START.plusSeconds(10)));
    grants.put("Bearer bob", reading("private", "bob", ServedEvents.START.plusSeconds(100)));
    Stream stream = open("topic=private", "ada");
    assertThat(post(stream.key(), null, "Bearer bob").status()).isEqualTo(403);
    publishPrivately("private", "secret");
    assertThat(data(stream)).isEmpty();
    time.advance(Duration.ofSeconds(10));
    assertThat(stream.exchange().isOpen()).isFalse();
  }

  @Test
  void whatIsRevokedEndsAtOnceAndNothingElse() {
    grants.put("t", token("t", "ada", null));
    grants.put("u", token("u", "ada", null));
    Stream one = open("topic=a", "t");
    Stream other = open("topic=a", "u");
    Stream anonymous = open("topic=a");
    served.revoked.add("t");
    served.rights.endRevoked();
    assertThat(served.rights.ended()).isEqualTo(1);
    publish("a", "1");
    assertThat(one.exchange().isOpen()).isFalse();
    assertThat(one.text()).endsWith("event: revoked\ndata: {\"reason\":\"revoked\"}\n\n");
    assertThat(data(other)).containsExactly("1");
    assertThat(data(anonymous)).containsExactly("1");
  }

  @Test
  void oneThatIsNotReadEndsWithoutAWord() {
    grants.put("t", token("t", "ada", ServedEvents.START.plusSeconds(10)));
    FakeResponse stuck = new FakeResponse(new Random(1), 100);
    Stream stream = open("topic=a", "t", stuck);
    time.advance(Duration.ofSeconds(10));
    assertThat(registry.size()).isZero();
    assertThat(stream.text()).doesNotContain("revoked");
  }

  @Test
  void oneThatIsNotReadMayBeChangedAsOftenAsOneLikesAndStillStalls() throws IOException {
    FakeResponse stuck = new FakeResponse(new Random(1), 0);
    Stream stream = open("topic=a", null, stuck);
    String key = stream.key();
    stuck.stickAfter(0);
    publish("a", "1"); // is not taken, and it is parked
    Duration stall = Duration.ofSeconds(30);
    for (int i = 0; i < 100_000; i++) {
      StreamChange change =
          new StreamChange(served.hub, TopicSelector.parse(List.of("b" + i)), null, null);
      registry.forEach(request -> ((StreamConnection) request).change(change));
    }
    time.advance(stall.minusMillis(1));
    assertThat(post(key, "topic=b", null).status()).isEqualTo(204);
    registry.forEach(request -> ((StreamConnection) request).tend(stall, 1000));
    assertThat(registry.size()).isEqualTo(1);
    time.advance(Duration.ofMillis(1));
    registry.forEach(request -> ((StreamConnection) request).tend(stall, 1000));
    assertThat(registry.size()).isZero();
  }

  @Test
  void aRenewedStreamGetsThePrivateStateThatItMayNowRead() {
    served.hub.publish(Publication.of(new Topic("state/ada"), "secret").privately());
    publish("state/all", "public");
    grants.put("Bearer ada", reading("state/ada", "ada", ServedEvents.START.plusSeconds(100)));
    Stream stream = open("topic=state/{name}");
    assertThat(data(stream)).containsExactly("public");
    assertThat(post(stream.key(), null, "Bearer ada").status()).isEqualTo(204);
    assertThat(data(stream)).containsExactly("public", "secret");
    assertThat(post(stream.key(), null, "Bearer ada").status()).isEqualTo(204);
    assertThat(data(stream)).as("once").containsExactly("public", "secret");
  }

  @Test
  void whatATokenGrantsEndsForItsStreamWithIt() {
    grants.put("broad", reading("private", "ada", ServedEvents.START.plusSeconds(10)));
    grants.put("Bearer narrow", token("n", "ada", ServedEvents.START.plusSeconds(100)));
    Stream stream = open("topic=private", "broad");
    publishPrivately("private", "1");
    assertThat(post(stream.key(), null, "Bearer narrow").status()).isEqualTo(204);
    publishPrivately("private", "2");
    publish("private", "3");
    assertThat(data(stream)).containsExactly("1", "3");
  }

  @Test
  void aTokenRevokedWhileItsStreamOpensDoesNotSlipThrough() {
    grants.put("t", token("t", "ada", null));
    served.revoked.add("t");
    Stream stream = open("topic=a", "t");
    time.runDue();
    assertThat(stream.exchange().isOpen()).isFalse();
  }

  @Test
  void timersEndWithTheirStreams() {
    grants.put("t", token("t", "ada", ServedEvents.START.plusSeconds(10)));
    open("topic=a", "t");
    registry.forEach(connection -> connection.close(CloseReason.GONE));
    time.runDue();
    assertThat(time.waiting()).isZero();
  }

  private Stream open(String query) {
    return open(query, null);
  }

  private Stream open(String query, @Nullable String authorization) {
    return open(query, authorization, new FakeResponse(new Random(1), 0));
  }

  private Stream open(String query, @Nullable String authorization, FakeResponse body) {
    Exchange exchange = new Exchange("GET", "/events", null).query(query);
    if (authorization != null) {
      exchange.with("Authorization", authorization);
    }
    served.open(exchange, body);
    return new Stream(exchange, body);
  }

  private int change(Stream stream, String form) {
    return post(stream.key(), form, null).status();
  }

  private Exchange post(String key, @Nullable String form, @Nullable String authorization) {
    Exchange exchange = new Exchange("POST", "/events", "/" + key);
    if (form != null) {
      exchange.with("Content-Type", "application/x-www-form-urlencoded").body(form.getBytes(UTF_8));
    }
    if (authorization != null) {
      exchange.with("Authorization", authorization);
    }
    exchange.through(served.changes);
    time.runDue();
    return exchange;
  }

  private void publish(String topic, String data) {
    served.publish(topic, data);
  }

  private void publishPrivately(String topic, String data) {
    served.publish(Publication.of(new Topic(topic), data).privately());
  }

  private static List<String> data(Stream stream) {
    return stream
        .text()
        .lines()
        .filter(line -> line.startsWith("data: ") && !line.startsWith("data: {"))
        .map(line -> line.substring("data: ".length()))
        .toList();
  }

  private static Grant token(String id, String user, @Nullable Instant expiresAt) {
    return new Grant(NOTHING, NOTHING, false, new Token(id, user, null, expiresAt, null));
  }

  private static Grant reading(String topic, String user, Instant expiresAt) {
    return new Grant(
        NOTHING,
        TopicSelector.parse(List.of(topic)),
        false,
        new Token("r", user, null, expiresAt, null));
  }
}
