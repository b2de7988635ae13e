package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.SignedToken;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Polling and long polling are the same in every container. */
@ParameterizedClass
@EnumSource
class PollIT {
  private static final int LOG_ENTRIES = 2000;
  private static final int HELD = 1000;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final Bellwether.Shared servers =
      new Bellwether.Shared(
          server ->
              server
                  .setting("bellwether.clock.interval", "1h")
                  .setting("bellwether.retained", "state/{+name}")
                  .setting("bellwether.token.key", SignedToken.KEY)
                  .setting("bellwether.log.memory", "64KiB") // what is older is read from the disk
                  .setting("bellwether.log.entries", Integer.toString(LOG_ENTRIES)));

  private final Bellwether server;

  /** Of this test alone. */
  private final String topic = "log/" + UUID.randomUUID();

  private final String state = "state/" + UUID.randomUUID();

  PollIT(Container container) {
    server = servers.on(container);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void isAnsweredAtOnceWithTheStateAndTheNewestPosition() {
    server.publish("topic", state, "data", "old");
    server.publish("topic", state, "data", "new", "type", "kind");
    String newest = server.publish("topic", topic, "data", "not of this poll");

    HttpResponse<String> answer = server.send(poll("topic", state));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "content-type")).isEqualTo("application/json");
    assertThat(header(answer, "cache-control")).isEqualTo("no-store");
    assertThat(answer.headers().allValues("vary")).contains("Accept");
    assertThat(header(answer, "access-control-allow-origin")).isEqualTo("*");
    assertThat(header(answer, "access-control-expose-headers")).contains("Preference-Applied");
    assertThat(answer.headers().firstValue("preference-applied")).isEmpty();
    assertThat(answer.body())
        .isEqualTo(
            """
            {"events":[{"type":"kind","topics":["%s"],"data":"new"}],\
            "lastEventId":"%s","more":false}"""
                .formatted(state, newest));
  }

  @Test
  void isWokenByWhatItWaitsFor() {
    String place = server.publish("topic", topic, "data", "before");
    CompletableFuture<HttpResponse<String>> poll = beginLong("25", place, topic);
    server.publish("topic", "log/other", "data", "for somebody else");
    awaitOpen(1);
    assertThat(poll).isNotDone();

    String id = server.publish("topic", topic, "data", "something");

    HttpResponse<String> answer = value(poll);
    assertThat(header(answer, "preference-applied")).isEqualTo("wait=25");
    assertThat(data(json(answer))).containsExactly("something");
    assertThat(json(answer).getString("lastEventId")).isEqualTo(id);
    awaitOpen(0);
  }

  @Test
  void isAnsweredWhenItsTimeIsOverWithAPlaceThatHasMovedOn() {
    String place = server.publish("topic", topic, "data", "before");
    String newest = server.publish("topic", "log/other", "data", "for somebody else");

    HttpResponse<String> answer = value(beginLong("1", place, topic));

    assertThat(header(answer, "preference-applied")).isEqualTo("wait=1");
    assertThat(answer.body())
        .isEqualTo("{\"events\":[],\"lastEventId\":\"%s\",\"more\":false}".formatted(newest));
  }

  @Test
  void waitsNoLongerThanWeWouldAtMostAndSaysSo() {
    String place = server.publish("topic", topic, "data", "before");
    CompletableFuture<HttpResponse<String>> poll = beginLong("86400", place, topic);
    awaitOpen(1);
    server.publish("topic", topic, "data", "something");
    assertThat(header(value(poll), "preference-applied")).isEqualTo("wait=55");
  }

  /** Everything once and in order, although it is published while nobody waits, too. */
  @Test
  void goesOnWhereTheLastAnswerEnded() {
    String place = json(server.send(poll("topic", topic))).getString("lastEventId");
    CompletableFuture<Void> publishing =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 100; i++) {
                server.publish("topic", topic, "data", Integer.toString(i));
                server.publish("topic", "log/other", "data", "between");
              }
            });
    List<String> got = new ArrayList<>();
    while (got.size() < 100) {
      JsonObject answer = json(value(beginLong("25", place, topic)));
      assertThat(data(answer)).isNotEmpty();
      got.addAll(data(answer));
      place = answer.getString("lastEventId");
    }
    Await.value("publishing", LIMIT, publishing);
    assertThat(got).isEqualTo(numbers(0, 100));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lastEventId", "last_event_id", "Last-Event-ID"})
  void resumesByParametersAsByTheHeader(String parameter) {
    String first = server.publish("topic", topic, "data", "1");
    server.publish("topic", topic, "data", "2");
    assertThat(data(json(server.send(poll("topic", topic, parameter, first)))))
        .containsExactly("2");
    assertThat(data(json(server.send(poll("topic", topic).header("Last-Event-ID", first)))))
        .containsExactly("2");
    assertThat(data(json(server.send(poll("topic", topic, parameter, "earliest")))))
        .containsExactly("1", "2");
    assertThat(data(json(server.send(poll("topic", topic, "since", "10m")))))
        .containsExactly("1", "2");
  }

  @Test
  void comesInPages() {
    String place = server.publish("topic", topic, "data", "start");
    publishMany(1200);

    JsonObject first = json(value(beginLong("25", place, topic)));
    assertThat(data(first)).isEqualTo(numbers(0, 1000));
    assertThat(first.getBoolean("more")).isTrue();

    JsonObject second = json(value(beginLong("25", first.getString("lastEventId"), topic)));
    assertThat(data(second)).isEqualTo(numbers(1000, 1200));
    assertThat(second.getBoolean("more")).isFalse();
  }

  @Test
  void tellsOfAnIdThatIsUnknown() {
    server.publish("topic", topic, "data", "not replayed");
    String newest = server.publish("topic", state, "data", "state");
    CompletableFuture<HttpResponse<String>> poll =
        server.begin(
            poll("topic", topic, "topic", state, "lastEventId", "nobody's")
                .header("Prefer", "wait=25"));

    JsonObject answer = json(value(poll));

    JsonObject gap = answer.getJsonObject("gap");
    assertThat(gap.getString("reason")).isEqualTo("unknown");
    assertThat(gap.getString("requested")).isEqualTo("nobody's");
    assertThat(gap.getString("newest")).isEqualTo(newest);
    assertThat(data(answer)).containsExactly("state");
    assertThat(answer.getString("lastEventId")).isEqualTo(newest);
  }

  @Test
  void tellsOnceOfWhatIsNoLongerKept() {
    String place = server.publish("topic", topic, "data", "start");
    for (int i = 0; i < 3; i++) {
      publishMany(1000);
    }
    String last = server.publish("topic", topic, "data", "last");

    JsonObject first = json(value(beginLong("25", place, topic)));

    JsonObject gap = first.getJsonObject("gap");
    assertThat(gap.getString("reason")).isEqualTo("evicted");
    assertThat(gap.getString("requested")).isEqualTo(place);
    assertThat(gap.getString("newest")).isEqualTo(last);
    assertThat(first.getJsonArray("events").getJsonObject(0).getString("id"))
        .isEqualTo(gap.getString("oldest"));
    List<String> got = new ArrayList<>(data(first));
    JsonObject next = first;
    while (next.getBoolean("more")) {
      next = json(value(beginLong("25", next.getString("lastEventId"), topic)));
      assertThat(next).doesNotContainKey("gap");
      got.addAll(data(next));
    }
    assertThat(got).endsWith("998", "999", "last").hasSizeBetween(LOG_ENTRIES / 2, LOG_ENTRIES);
  }

  @Test
  void readsWhatItsTokenGrantsAsLongAsItDoes() {
    String place = server.publish("topic", topic, "data", "before");
    CompletableFuture<HttpResponse<String>> outsider = beginLong("25", place, topic);
    String grant = "[\"" + topic + "\"]";
    CompletableFuture<HttpResponse<String>> insider =
        server.begin(withToken(SignedToken.draft7("[]", grant, ""), place));
    awaitOpen(2);
    String secret = server.publish("topic", topic, "data", "secret", "private", "on");
    assertThat(data(json(value(insider)))).containsExactly("secret");
    assertThat(outsider).isNotDone();

    long soon = System.currentTimeMillis() / 1000 + 2;
    String token = SignedToken.draft7("[]", grant, ",\"exp\":" + soon);
    HttpResponse<String> expired = value(server.begin(withToken(token, secret)));

    assertThat(expired.statusCode()).isEqualTo(401);
    assertThat(header(expired, "www-authenticate")).contains("invalid_token");
    assertThat(expired.body()).contains("\"status\":401");
    server.publish("topic", topic, "data", "public");
    assertThat(data(json(value(outsider)))).containsExactly("public");
  }

  @Test
  void holdsAThousandWithoutAThreadForEach() {
    String place = server.publish("topic", topic, "data", "before");
    List<CompletableFuture<HttpResponse<String>>> polls = new ArrayList<>();
    for (int i = 0; i < HELD; i++) {
      polls.add(beginLong("55", place, topic));
    }
    awaitOpen(HELD);
    assertThat(server.get("health/live").statusCode()).isEqualTo(200);

    server.publish("topic", topic, "data", "for all");

    for (CompletableFuture<HttpResponse<String>> poll : polls) {
      assertThat(data(json(value(poll)))).containsExactly("for all");
    }
    awaitOpen(0);
    assertNothingWentWrong();
  }

  @Test
  void isAnsweredAtOnceWhenTheServerIsDrained() {
    String place = server.publish("topic", topic, "data", "before");
    CompletableFuture<HttpResponse<String>> poll = beginLong("55", place, topic);
    awaitOpen(1);

    assertThat(drain("POST", "delay=0s&window=10s").statusCode()).isEqualTo(200);
    try {
      assertThat(json(value(poll)).getString("lastEventId")).isEqualTo(place);
      HttpResponse<String> refused = value(beginLong("55", place, topic));
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(Integer.parseInt(header(refused, "retry-after"))).isBetween(1, 10);
      assertThat(header(refused, "content-type")).isEqualTo("application/problem+json");
    } finally {
      assertThat(drain("DELETE", "").statusCode()).isEqualTo(200);
    }
    assertThat(server.send(poll("topic", topic)).statusCode()).isEqualTo(200);
  }

  @Test
  void leavesNothingOfAClientThatHasGone() throws IOException {
    String place = server.publish("topic", topic, "data", "before");
    for (int i = 0; i < 10; i++) {
      URI uri = server.events("topic", topic, "lastEventId", place);
      try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
        socket
            .getOutputStream()
            .write(
                """
                GET %s?%s HTTP/1.1\r
                Host: %s\r
                Accept: application/json\r
                Prefer: wait=55\r
                \r
                """
                    .formatted(uri.getRawPath(), uri.getRawQuery(), uri.getAuthority())
                    .getBytes(StandardCharsets.US_ASCII));
        awaitOpen(1);
        if (i % 2 == 0) {
          socket.setSoLinger(true, 0); // a reset, and no polite end
        }
      }
      place = server.publish("topic", topic, "data", "x".repeat(100_000));
      awaitOpen(0);
    }
    assertNothingWentWrong();
  }

  @Test
  void carriesAnyTextAndLargeEvents() {
    String place = server.publish("topic", topic, "data", "start");
    String odd = "\\u0000\\u0007\\u001f \\ud83d\\udd14 \\\" \\\\ \\u2028 é\\r\\nz";
    String json = "[{\"topic\":\"%s\",\"data\":\"%s\"}]".formatted(topic, odd);
    assertThat(server.json("POST", "events", json).statusCode()).isEqualTo(200);
    String big = "0123456789abcdé€\n".repeat(20_000); // about 400 KB
    server.publish("topic", topic, "id", "mine-~", "data", big);

    JsonObject answer = json(server.send(poll("topic", topic, "lastEventId", place)));

    assertThat(data(answer))
        .containsExactly("\u0000\u0007\u001f \uD83D\uDD14 \" \\ \u2028 é\nz", big);
    assertThat(answer.getJsonArray("events").getJsonObject(1).getString("id")).isEqualTo("mine-~");
    assertThat(json(server.send(poll("topic", topic, "lastEventId", "mine-~"))))
        .doesNotContainKey("gap");
  }

  @Test
  void saysWhatIsWrongWithARequest() {
    HttpResponse<String> wait = server.send(poll("topic", topic).header("Prefer", "wait=a-moment"));
    assertThat(wait.statusCode()).isEqualTo(400);
    assertThat(wait.body()).contains("wait in Prefer must be seconds");
    assertThat(server.send(poll("interval", "soon")).statusCode()).isEqualTo(400);
    HttpResponse<String> neither = server.get("events", "Accept", "text/html");
    assertThat(neither.statusCode()).isEqualTo(406);
    assertThat(neither.headers().allValues("vary")).contains("Accept");
  }

  @Test
  void answersHeadWithTheHeadersAlone() {
    HttpResponse<String> head =
        server.send(poll("topic", topic).method("HEAD", BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(header(head, "content-type")).isEqualTo("application/json");
    assertThat(header(head, "cache-control")).isEqualTo("no-store");
  }

  private HttpRequest.Builder poll(String... query) {
    return HttpRequest.newBuilder(server.events(query))
        .timeout(LIMIT)
        .header("Accept", "application/json");
  }

  private CompletableFuture<HttpResponse<String>> beginLong(
      String seconds, String place, String of) {
    return server.begin(
        poll("topic", of, "lastEventId", place).header("Prefer", "wait=" + seconds));
  }

  private HttpRequest.Builder withToken(String token, String place) {
    return poll("topic", topic, "lastEventId", place)
        .header("Prefer", "wait=25")
        .header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> drain(String method, String form) {
    return server.send(
        server
            .request("admin/drain")
            .header("Authorization", "Bearer " + Bellwether.KEY)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .method(method, BodyPublishers.ofString(form)));
  }

  private void publishMany(int count) {
    for (int done = 0; done < count; done += 1000) {
      JsonArrayBuilder events = Json.createArrayBuilder();
      for (int i = done; i < Math.min(count, done + 1000); i++) {
        events.add(Json.createObjectBuilder().add("topic", topic).add("data", Integer.toString(i)));
      }
      assertThat(server.json("POST", "events", events.build().toString()).statusCode())
          .isEqualTo(200);
    }
  }

  private void awaitOpen(int count) {
    Await.until(count + " polls", LIMIT, () -> server.metric("bellwether_polls_open") == count);
  }

  private void assertNothingWentWrong() {
    assertThat(server.process().log()).doesNotContain("SEVERE", "Exception");
  }

  private static HttpResponse<String> value(CompletableFuture<HttpResponse<String>> answer) {
    return Await.value("an answer", LIMIT, answer);
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private static JsonObject json(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    try (var reader = Json.createReader(new StringReader(answer.body()))) {
      return reader.readObject();
    }
  }

  private static List<String> data(JsonObject answer) {
    return answer.getJsonArray("events").stream()
        .map(event -> event.asJsonObject().getString("data"))
        .toList();
  }

  private static List<String> numbers(int first, int end) {
    return IntStream.range(first, end).mapToObj(Integer::toString).toList();
  }
}
