package bellwether.it;

import static bellwether.harness.Bellwether.form;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.wire.MessageEvent;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stream says and when, byte by byte where that matters, is the same in every container. */
@ParameterizedClass
@EnumSource
class StreamIT {
  private static final String KEY = "(?<=events/)[0-9a-f]{32}"; // of a stream
  private static final int LOG_ENTRIES = 200;

  /** No clock and no stock change disturbs the ids: nothing but the test's own events comes. */
  private static final Bellwether.Shared servers =
      new Bellwether.Shared(
          server ->
              server
                  .setting("bellwether.clock.interval", "1h")
                  .setting("bellwether.retained", "state/{+name}")
                  .setting("bellwether.log.entries", Integer.toString(LOG_ENTRIES)));

  private final Bellwether server;
  private final boolean isOwn;

  /** Of this test alone. */
  private final String topic = "log/" + UUID.randomUUID();

  private final String state = "state/" + UUID.randomUUID();

  StreamIT(Container container) {
    server = servers.on(container);
    isOwn = container == Container.OWN;
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void opensWithTheRetryTimeThenTheStateInOrderThenACursor() {
    server.publish("topic", state + "/b", "data", "old");
    server.publish("topic", state + "/a", "data", "1");
    server.publish("topic", state + "/b", "data", "2", "type", "quote");
    String newest = server.publish("topic", topic, "data", "not of this stream");
    try (OpenStream stream = server.stream("topic", state + "/{name}")) {
      stream.nextData(2);
      stream.opened();
      assertThat(stream.recorder().text().replaceFirst("\\d+", "0").replaceFirst(KEY, "0"))
          .isEqualTo(
              """
              :
              retry: 0
              data: 1

              event: quote
              data: 2

              id: %s
              event: cursor
              data: {"url":"events/0"}

              """
                  .formatted(newest));
      assertThat(stream.recorder().retries().get(0))
          .isBetween(Duration.ofMillis(1_500), Duration.ofMillis(4_500));
    }
  }

  @Test
  void saysInItsHeadersWhatItIs() {
    try (OpenStream stream = server.stream("topic", topic)) {
      assertThat(stream.client().status()).isEqualTo(200);
      assertThat(stream.header("content-type")).matches("text/event-stream(?i:;charset=utf-8)?");
      assertThat(stream.header("cache-control")).isEqualTo("no-cache, no-transform");
      assertThat(stream.header("x-accel-buffering")).isEqualTo("no");
      // Jetty leaves out what HTTP/1.1 means anyway.
      assertThat(stream.client().headers().getOrDefault("connection", List.of("keep-alive")))
          .containsExactly(isOwn ? "close" : "keep-alive"); // a stream of ours takes the socket
      assertThat(stream.header("access-control-allow-origin")).isEqualTo("*");
      assertThat(stream.header("access-control-expose-headers")).contains("Last-Event-ID");
      assertThat(stream.client().headers())
          .doesNotContainKeys("content-encoding", "content-length", "set-cookie", "last-event-id");
    }
  }

  @Test
  void isNeverCompressed() {
    try (OpenStream stream =
        server.stream(Map.of("Accept-Encoding", "gzip, deflate, br"), "topic", topic)) {
      stream.opened();
      assertThat(stream.client().headers()).doesNotContainKey("content-encoding");
    }
  }

  @Test
  void answersBeforeThereIsAnyEvent() {
    String newest = server.publish("topic", topic, "data", "before");
    try (OpenStream stream = server.stream(Map.of("Last-Event-ID", newest), "topic", topic)) {
      assertThat(stream.client().status()).isEqualTo(200);
      assertThat(stream.header("last-event-id")).isEqualTo(newest);
      Await.until("the retry time", Bellwether.LIMIT, () -> !stream.recorder().retries().isEmpty());
      assertThat(stream.recorder().text()).matches(":\nretry: \\d+\n");
    }
  }

  @Test
  void answersHeadWithTheHeadersAlone() {
    long opened = server.metric("bellwether_streams_opened_total");
    HttpResponse<String> answer =
        server.send(server.request("events").method("HEAD", BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(answer.headers().firstValue("cache-control")).hasValue("no-cache, no-transform");
    assertThat(server.metric("bellwether_streams_opened_total")).isEqualTo(opened);
  }

  @Test
  void tellsReaderAndPublisherTheSameId() {
    try (OpenStream stream = server.stream("topic", topic).opened()) {
      String first = server.publish("topic", topic, "data", "one\r\ntwo\rthree\n");
      String second = server.publish("topic", topic, "type", "quote", "data", "");
      assertThat(stream.next()).isEqualTo(new MessageEvent("message", "one\ntwo\nthree\n", first));
      assertThat(stream.next()).isEqualTo(new MessageEvent("quote", "", second));
      assertThat(position(second)).isEqualTo(position(first) + 1);
    }
  }

  @Test
  void passesOnTheReconnectionTimeOfAPublisher() {
    try (OpenStream stream = server.stream("topic", topic).opened()) {
      server.publish("topic", topic, "data", "slowly", "retry", "60000");
      stream.next();
      assertThat(stream.recorder().retries()).endsWith(Duration.ofMinutes(1));
    }
  }

  @Test
  void resumesAfterTheLastEventIdOfTheHeader() {
    String first = server.publish("topic", topic, "data", "1");
    server.publish("topic", topic, "data", "2");
    try (OpenStream stream = server.stream(Map.of("Last-Event-ID", first), "topic", topic)) {
      assertThat(stream.header("last-event-id")).isEqualTo(first);
      assertThat(stream.next().data()).isEqualTo("2");
      server.publish("topic", topic, "data", "3");
      assertThat(stream.next().data()).isEqualTo("3");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lastEventId", "lastEventID", "last_event_id", "Last-Event-ID"})
  void resumesAfterTheLastEventIdOfAParameter(String parameter) {
    String first = server.publish("topic", topic, "data", "1");
    String second = server.publish("topic", topic, "data", "2");
    server.publish("topic", topic, "data", "3");
    try (OpenStream stream = server.stream("topic", topic, parameter, first)) {
      assertThat(stream.nextData(2)).containsExactly("2", "3");
    }
    try (OpenStream stream =
        server.stream(Map.of("Last-Event-ID", second), "topic", topic, parameter, first)) {
      assertThat(stream.next().data()).as("the header wins").isEqualTo("3");
    }
  }

  @Test
  void replaysFromTheEarliestThatIsKept() {
    server.publish("topic", topic, "data", "1");
    server.publish("topic", topic, "data", "2");
    try (OpenStream stream = server.stream(Map.of("Last-Event-ID", "earliest"), "topic", topic)) {
      assertThat(stream.header("last-event-id")).isEqualTo("earliest");
      assertThat(stream.nextData(2)).containsExactly("1", "2");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bwzzzzzzzzz-1", "nobody's", "bw", "0"})
  void tellsOfAnIdThatIsUnknown(String unknown) {
    server.publish("topic", topic, "data", "not replayed");
    String newest = server.publish("topic", state, "data", "state");
    try (OpenStream stream =
        server.stream(Map.of("Last-Event-ID", unknown), "topic", topic, "topic", state)) {
      assertThat(stream.header("last-event-id")).isEqualTo("earliest");
      MessageEvent gap = stream.next();
      assertThat(gap.type()).isEqualTo("gap");
      assertThat(json(gap).getString("reason")).isEqualTo("unknown");
      assertThat(json(gap).getString("requested")).isEqualTo(unknown);
      assertThat(json(gap).getString("newest")).isEqualTo(newest);
      assertThat(gap.lastEventId()).isEmpty();
      assertThat(stream.next()).isEqualTo(new MessageEvent("message", "state", ""));
      MessageEvent cursor = stream.next();
      assertThat(cursor.type()).isEqualTo("cursor");
      assertThat(cursor.lastEventId()).isEqualTo(newest);
      server.publish("topic", topic, "data", "live");
      assertThat(stream.next().data()).isEqualTo("live");
    }
  }

  @Test
  void tellsOnceOfWhatIsNoLongerKept() {
    String first = server.publish("topic", topic, "data", "first");
    String newest = "";
    for (int i = 1; i <= LOG_ENTRIES + 50; i++) {
      newest = server.publish("topic", topic, "data", Integer.toString(i));
    }
    try (OpenStream stream = server.stream(Map.of("Last-Event-ID", first), "topic", topic)) {
      assertThat(stream.header("last-event-id")).isEqualTo("earliest");
      MessageEvent gap = stream.next();
      assertThat(gap.type()).isEqualTo("gap");
      assertThat(json(gap).getString("reason")).isEqualTo("evicted");
      assertThat(json(gap).getString("requested")).isEqualTo(first);
      assertThat(json(gap).getString("newest")).isEqualTo(newest);
      long oldest = position(json(gap).getString("oldest"));
      int kept = (int) (position(newest) - oldest + 1); // whole segments are dropped
      assertThat(kept).isBetween(LOG_ENTRIES - LOG_ENTRIES / 8, LOG_ENTRIES);
      assertThat(position(gap.lastEventId())).isEqualTo(oldest - 1);
      int last = LOG_ENTRIES + 50;
      assertThat(stream.nextData(kept)).isEqualTo(numbers(last - kept + 1, last));
      try (OpenStream again =
          server.stream(Map.of("Last-Event-ID", gap.lastEventId()), "topic", topic)) {
        assertThat(again.next().data()).isEqualTo(Integer.toString(last - kept + 1));
      }
    }
  }

  @Test
  void givesTheStateOnResumingIfItIsNewerOrAllOfItIsAskedFor() {
    server.publish("topic", state + "/old", "data", "old");
    String cursor = server.publish("topic", topic, "data", "seen");
    server.publish("topic", state + "/new", "data", "new");
    String[] query = {"topic", state + "/{name}"};
    try (OpenStream stream = server.stream(Map.of("Last-Event-ID", cursor), query)) {
      assertThat(stream.next().data()).isEqualTo("new");
    }
    String[] all = {"topic", state + "/{name}", "retained", "all"};
    try (OpenStream stream = server.stream(Map.of("Last-Event-ID", cursor), all)) {
      // What is older than the client's cursor comes without an id, lest the cursor go back.
      assertThat(stream.next()).isEqualTo(new MessageEvent("message", "old", ""));
      assertThat(stream.next().data()).isEqualTo("new");
    }
  }

  @Test
  void givesWhatAnyOfItsTopicsTemplatesOrTheStarSelects() {
    try (OpenStream one = server.stream("topic", topic).opened();
        OpenStream two = server.stream("topic", topic, "topic", topic + "/a").opened();
        OpenStream template = server.stream("topic", topic + "/{leaf}").opened();
        OpenStream star = server.stream("topic", "*");
        OpenStream none = server.stream()) {
      opened(star);
      opened(none);
      server.publish("topic", topic, "data", "1");
      server.publish("topic", topic + "/a", "data", "2");
      server.publish("topic", topic + "/b", "data", "3");
      server.publish("topic", topic + "/b/c", "data", "4");
      server.publish("topic", "log/other", "topic", topic, "topic", topic + "/a", "data", "5");
      assertThat(one.nextData(2)).containsExactly("1", "5");
      assertThat(two.nextData(3)).containsExactly("1", "2", "5");
      assertThat(template.nextData(3)).containsExactly("2", "3", "5");
      assertThat(star.nextData(5)).containsExactly("1", "2", "3", "4", "5");
      assertThat(none.nextData(5)).containsExactly("1", "2", "3", "4", "5");
    }
  }

  @Test
  void thinsStatesToTheIntervalAskedForButNeverTheLog() {
    String[] query = {"topic", state, "topic", topic, "interval", "1m"};
    try (OpenStream stream = server.stream(query).opened()) {
      server.publish("topic", state, "data", "0");
      stream.next();
      for (int i = 1; i <= 9; i++) {
        server.publish("topic", state, "data", Integer.toString(i));
      }
      server.publish("topic", topic, "data", "released");
      assertThat(stream.nextData(2)).containsExactly("9", "released");
    }
    try (OpenStream stream = server.stream("topic", state, "interval", "200ms")) {
      stream.next();
      stream.opened();
      server.publish("topic", state, "data", "last but one");
      server.publish("topic", state, "data", "last");
      Await.until(
          "the latest state",
          Bellwether.LIMIT,
          () -> stream.recorder().text().contains("data: last\n"));
    }
  }

  @Test
  void carriesBigEventsWholeLiveAndReplayed() {
    String big = "0123456789abcdé€\n".repeat(10_000); // about 200 KB
    try (OpenStream live = server.stream("topic", topic).opened()) {
      String first = server.publish("topic", topic, "data", "start");
      server.publish("topic", topic, "data", big);
      for (int i = 0; i < 20; i++) {
        server.publish("topic", topic, "data", i + "x".repeat(8_000));
      }
      assertThat(live.next().data()).isEqualTo("start");
      try (OpenStream replay = server.stream("topic", topic, "lastEventId", first)) {
        for (OpenStream stream : List.of(live, replay)) {
          assertThat(stream.next().data()).isEqualTo(big);
          for (int i = 0; i < 20; i++) {
            assertThat(stream.next().data()).isEqualTo(i + "x".repeat(8_000));
          }
        }
      }
    }
  }

  @Test
  void echoesAPublishersOwnIdAndResumesFromIt() {
    String id = "no. 7/[\"https://example.net/a\"] ~ " + UUID.randomUUID();
    try (OpenStream stream = server.stream("topic", topic + "/ü").opened()) {
      String answered =
          server.publish(
              "topic", topic + "/ü", "id", id, "type", "größe", "data", "日本語 \uD83D\uDD14");
      assertThat(answered).isEqualTo(id);
      assertThat(stream.next()).isEqualTo(new MessageEvent("größe", "日本語 \uD83D\uDD14", id));
    }
    server.publish("topic", topic + "/ü", "data", "next");
    try (OpenStream byHeader = server.stream(Map.of("Last-Event-ID", id), "topic", topic + "/ü");
        OpenStream byParameter = server.stream("topic", topic + "/ü", "lastEventId", id)) {
      assertThat(byHeader.next().data()).isEqualTo("next");
      assertThat(byParameter.next().data()).isEqualTo("next");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"k\fz", "a\tb", "\u0001", "\u007f", "é", "日本-1", " a", "a ", "a\u00a0"})
  void refusesAnIdThatCouldNotComeBackOnEveryWayIn(String id) {
    JsonObject event =
        Json.createObjectBuilder().add("topic", topic).add("data", "x").add("id", id).build();
    List<HttpResponse<String>> answers =
        List.of(
            server.postForm(form("topic", topic, "data", "x", "id", id)),
            server.json("POST", "events", "[" + event + "]"),
            server.postLines(event.toString()),
            server.postMercure(form("topic", topic, "data", "x", "id", id)));
    for (HttpResponse<String> answer : answers) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(answer.headers().firstValue("content-type"))
          .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
      assertThat(answer.body()).containsAnyOf("U+0020 to U+007E", "with a space", "control");
    }
  }

  @Test
  void aPublishersIdIsTheNewestThatTheReaderAskedForAndMayRead() {
    String id = "id-" + UUID.randomUUID();
    server.publish("topic", topic + "/other", "data", "0", "id", id);
    server.publish("topic", topic, "data", "1", "id", id);
    server.publish("topic", topic, "data", "2");
    server.publish("topic", topic, "data", "3", "id", id);
    server.publish("topic", topic, "data", "4");
    server.publish("topic", topic, "data", "hidden", "id", id, "private", "on");
    server.publish("topic", topic + "/other", "data", "5", "id", id);
    server.publish("topic", topic, "data", "6");
    try (OpenStream stream = server.stream(Map.of("Last-Event-ID", id), "topic", topic)) {
      assertThat(stream.header("last-event-id")).isEqualTo(id);
      assertThat(stream.nextData(2)).containsExactly("4", "6");
    }
  }

  @Test
  void aPrivateStateHidesNoPublicOne() {
    server.publish("topic", state, "data", "public");
    server.publish("topic", state, "data", "private", "private", "on");
    Map<String, String> key = Map.of("Authorization", "Bearer " + Bellwether.KEY);
    try (OpenStream outsider = server.stream("topic", state);
        OpenStream insider = server.stream(key, "topic", state)) {
      assertThat(outsider.next().data()).isEqualTo("public");
      assertThat(outsider.next().type()).isEqualTo("cursor");
      assertThat(insider.nextData(2)).containsExactly("public", "private");
    }
  }

  @Test
  void showsPrivateEventsToWhoeverHasTheKeyOnly() {
    Map<String, String> key = Map.of("Authorization", "Bearer " + Bellwether.KEY);
    try (OpenStream insider = server.stream(key, "topic", topic).opened();
        OpenStream outsider = server.stream("topic", topic).opened();
        OpenStream star = server.stream("topic", "*")) {
      opened(star);
      String before = server.publish("topic", topic, "data", "public");
      server.publish("topic", topic, "data", "secret", "private", "on");
      server.publish("topic", topic, "data", "end");
      assertThat(insider.nextData(3)).containsExactly("public", "secret", "end");
      assertThat(outsider.nextData(2)).containsExactly("public", "end");
      assertThat(star.nextData(2)).containsExactly("public", "end");
      try (OpenStream replay = server.stream("topic", topic, "lastEventId", before)) {
        assertThat(replay.next().data()).isEqualTo("end");
      }
    }
  }

  @Test
  void publishesOnceForEachIdempotencyKey() {
    String key = UUID.randomUUID().toString();
    try (OpenStream stream = server.stream("topic", topic).opened()) {
      String once = form("topic", topic, "data", "once");
      String id = server.postForm(once, "Idempotency-Key", key).body();
      assertThat(server.postForm(once, "Idempotency-Key", key).body()).isEqualTo(id);
      String other = server.postForm(once, "Idempotency-Key", key + "'").body();
      assertThat(stream.next().lastEventId()).isEqualTo(id);
      assertThat(stream.next().lastEventId()).isEqualTo(other);
    }
  }

  /** Takes all of the opening, however much state there is. */
  private static void opened(OpenStream stream) {
    while (!stream.next().type().equals("cursor")) {}
  }

  private static List<String> numbers(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
  }

  private static long position(String id) {
    return Long.parseLong(id.substring(id.indexOf('-') + 1));
  }

  private static JsonObject json(MessageEvent event) {
    try (var reader = Json.createReader(new StringReader(event.data()))) {
      return reader.readObject();
    }
  }
}
