package bellwether.it;

import static bellwether.harness.Bellwether.form;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.SignedToken;
import bellwether.wire.MessageEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hub as clients of the Mercure protocol see it, of its draft 7 and of its draft 8. */
@ParameterizedClass
@EnumSource
class MercureIT {
  private static final String HUB = ".well-known/mercure";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String ALL7 = SignedToken.draft7("[\"*\"]", "[\"*\"]", "");
  private static final String ALL8 =
      SignedToken.draft8("[\"publish\",\"subscribe\"]", "[{\"match\":\"*\"}]");

  private static final Bellwether.Shared servers =
      new Bellwether.Shared(
          (container, server) ->
              EncodedSlashIT.allow(container, server)
                  .setting("bellwether.clock.interval", "1h")
                  .setting("bellwether.heartbeat", "200ms")
                  .setting("bellwether.log.sync", "never")
                  .setting("bellwether.subscriptions", "true")
                  .setting("bellwether.token.key", SignedToken.KEY));

  private final Bellwether server;

  /** Of this test alone. */
  private final String topic = "https://example.com/books/" + UUID.randomUUID();

  MercureIT(Container container) {
    server = servers.on(container);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"topic", "match", "match_exact"})
  void eitherDraftsSubscriberGetsWhatEitherDraftsPublisherSends(String parameter) {
    try (OpenStream stream = subscribe(Map.of(), parameter, topic)) {
      String seventh = publish(ALL7, "topic", topic, "data", "a\nb");
      String eighth =
          publish(ALL8, "topic", topic, "data", "c", "type", "t", "id", "my id", "retry", "1234");
      assertThat(eighth).isEqualTo("my id");
      assertThat(stream.next()).isEqualTo(new MessageEvent("message", "a\nb", seventh));
      assertThat(stream.next()).isEqualTo(new MessageEvent("t", "c", "my id"));
      assertThat(stream.recorder().text()).contains("retry: 1234\n");
    }
  }

  @Test
  void nothingButUpdatesIsHeardOnAStreamThatIsQuiet() {
    try (OpenStream stream = subscribe(Map.of(), "topic", topic)) {
      Await.until(
          "heartbeats",
          Bellwether.LIMIT,
          () -> {
            publish(ALL7, "topic", "another", "data", "x");
            return stream.recorder().comments() > 2;
          });
      publish(ALL7, "topic", topic, "data", "end");
      assertThat(stream.next().data()).as("no cursor event").isEqualTo("end");
    }
  }

  @Test
  void patternsOfBothDraftsSelectTopics() {
    String template = "https://example.com/books/{id}";
    String pattern = "https://example.com/books/:id";
    try (OpenStream byTemplate = subscribe(Map.of(), "topic", template);
        OpenStream byPattern = subscribe(Map.of(), "match_urlpattern", pattern);
        OpenStream byRelative = subscribe(Map.of(), "match_urlpattern", "/relative/:id");
        OpenStream literal = subscribe(Map.of(), "match", pattern, "match", template)) {
      String own = UUID.randomUUID().toString();
      publish(ALL7, "topic", "https://example.com/shelves/1", "data", own + "no");
      publish(ALL7, "topic", topic, "data", own);
      publish(ALL7, "topic", "/relative/x", "data", own + "relative");
      publish(ALL7, "topic", pattern, "data", own + "literal");
      assertThat(next(byTemplate, own)).isEqualTo(own);
      assertThat(next(byPattern, own)).isEqualTo(own);
      assertThat(next(byRelative, own)).isEqualTo(own + "relative");
      assertThat(next(literal, own)).isEqualTo(own + "literal");
    }
  }

  @Test
  void privateUpdatesReachOnlyWhomATokenGrantsOneOfTheirTopics() {
    String granted7 = SignedToken.draft7("[]", "[\"" + topic + "\"]", "");
    String granted8 =
        SignedToken.draft8(
            "[\"subscribe\"]",
            "[{\"match\":\"https://example.com/books/:id\",\"match_type\":\"urlpattern\"}]");
    String other = SignedToken.draft7("[]", "[\"https://example.com/other\"]", "");
    String alternate = "https://example.com/shelves/" + UUID.randomUUID();
    try (OpenStream seventh = subscribe(bearer(granted7), "topic", alternate);
        OpenStream eighth = subscribe(bearer(granted8), "match", alternate);
        OpenStream byCookie =
            subscribe(Map.of("Cookie", "mercureAuthorization=" + granted7), "topic", alternate);
        OpenStream wrong = subscribe(bearer(other), "topic", alternate);
        OpenStream anonymous = subscribe(Map.of(), "topic", "*")) {
      publish(ALL7, "topic", topic, "topic", alternate, "data", "secret", "private", "");
      publish(ALL7, "topic", alternate, "data", "public");
      assertThat(seventh.nextData(2)).containsExactly("secret", "public");
      assertThat(eighth.nextData(2)).containsExactly("secret", "public");
      assertThat(byCookie.nextData(2)).containsExactly("secret", "public");
      assertThat(wrong.next().data()).isEqualTo("public");
      assertThat(next(anonymous, "public")).isEqualTo("public");
      assertThat(anonymous.recorder().text()).doesNotContain("secret");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"last_event_id", "lastEventID", "Last-Event-ID", "lastEventId"})
  void resumesAfterTheIdUnderAllItsNames(String name) {
    String first = publish(ALL7, "topic", topic, "data", "1");
    publish(ALL7, "topic", topic, "data", "2");
    try (OpenStream stream = subscribe(Map.of(), "topic", topic, name, first)) {
      assertThat(stream.next().data()).isEqualTo("2");
      assertThat(stream.header("last-event-id")).isEqualTo(first);
      assertThat(stream.header("mercure-last-event-id")).isEqualTo(first);
    }
  }

  @Test
  void theHeaderComesBeforeTheParameterAndEarliestIsEverything() {
    String first = publish(ALL7, "topic", topic, "data", "1");
    String second = publish(ALL7, "topic", topic, "data", "2");
    publish(ALL7, "topic", topic, "data", "3");
    try (OpenStream stream =
            subscribe(Map.of("Last-Event-ID", second), "topic", topic, "last_event_id", first);
        OpenStream all = subscribe(Map.of(), "topic", topic, "last_event_id", "earliest");
        OpenStream unknown = subscribe(Map.of(), "topic", topic, "last_event_id", "urn:nowhere")) {
      assertThat(stream.next().data()).isEqualTo("3");
      assertThat(all.nextData(3)).containsExactly("1", "2", "3");
      assertThat(unknown.header("mercure-last-event-id")).isEqualTo("earliest");
      assertThat(unknown.next().type()).as("said where the client can hear it").isEqualTo("gap");
    }
  }

  @Test
  void queryTakesMatchersInItsBodyAndInItsUrl() throws IOException, InterruptedException {
    String alternate = topic + "/alternate";
    String first = publish(ALL7, "topic", topic, "data", "1");
    publish(ALL7, "topic", alternate, "data", "2");
    String body = form("match", topic, "last_event_id", "urn:not-this-one");
    HttpRequest request =
        server
            .request(
                HUB + '?' + form("match", alternate, "last_event_id", first), "Content-Type", FORM)
            .method("QUERY", BodyPublishers.ofString(body))
            .build();
    HttpResponse<InputStream> answer =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("mercure-last-event-id")).contains(first);
    publish(ALL7, "topic", topic, "data", "3");
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), UTF_8))) {
      List<String> data = lines.lines().filter(line -> line.startsWith("data: ")).limit(2).toList();
      assertThat(data).containsExactly("data: 2", "data: 3");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "topic=",
    "match=",
    "match=%01",
    "matcher=a",
    "MATCH=a",
    "match_regexp=a",
    "match_urlpattern=(a",
    "match_urlpattern=https://example.com/(?=a)",
    "match=a%E2%80%8Bb",
    "topic=a%E2%80%8Bb",
  })
  void whatIsNoSubscriptionIsRefused(String query) {
    assertThat(server.get(HUB + '?' + query).statusCode()).isEqualTo(400);
  }

  @Test
  void tooManyMatchersAreRefused() {
    String many = "match=a&".repeat(101);
    assertThat(server.get(HUB + '?' + many).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "data=x, 400",
    "topic=*, 400",
    "topic=a&id=%23x, 400",
    "topic=a%E2%80%8Bb, 400",
    "topic=a&id=a%E2%80%8Bb, 400",
    "topic=a&id=%C3%A9, 400",
    "topic=a&id=a%09b, 400",
    "topic=a&id=a%20, 400",
    "topic=a&id=urn:uuid:5e94c686-2c0b-4f9b-958c-92ccc3bbb4eb, 200",
    "topic=a&id=%5B%22https://example.net/a%22%5D, 200",
    "topic=a&type=a%C2%85b, 400",
    "topic=a&id=earliest, 400",
    "topic=a&id=a%0Ab, 400",
    "topic=a&type=a%0Ab, 400",
    "topic=a&type=mercure, 400",
    "topic=a&type=cursor, 400",
    "topic=a&retry=1s, 400",
    "topic=a&retry=-1, 400",
    "topic=/.well-known/mercure, 400",
    "topic=/.well-known/mercure/subscriptions/a/b, 400",
    "topic=https://example.com/.well-known/mercure/subscriptions/a, 400",
    "topic=/.well-known/%256Dercure/x, 400",
    "topic=/x/../.well-known/mercure/x, 400",
    "topic=a&topic=/.well-known/mercure/x, 400",
    "topic=stocks, 403",
    "topic=/.well-known/mercureX, 200",
    "topic=a&unknown=field, 200",
  })
  void whatIsNoUpdateIsRefused(String body, int status) {
    assertThat(post(ALL8, body).statusCode()).isEqualTo(status);
  }

  @Test
  void theQueryIsNoPartOfAnUpdate() {
    HttpResponse<String> answer =
        server.send(
            server
                .request(HUB + "?topic=a", "Content-Type", FORM, "Authorization", "Bearer " + ALL7)
                .POST(BodyPublishers.ofString("data=x")));
    assertThat(answer.statusCode()).isEqualTo(400);
  }

  @Test
  void publishersNeedAGrantForEachTopic() {
    String one = SignedToken.draft8("[\"publish\"]", "[{\"match\":\"" + topic + "\"}]");
    assertThat(post(one, form("topic", topic)).statusCode()).isEqualTo(200);
    HttpResponse<String> both = post(one, form("topic", topic, "topic", "other"));
    assertThat(both.statusCode()).isEqualTo(403);
    assertThat(challenge(both)).contains("error=\"insufficient_scope\"", "resource_metadata=");
    String reader = SignedToken.draft8("[\"subscribe\"]", "[{\"match\":\"*\"}]");
    assertThat(post(reader, form("topic", topic)).statusCode()).isEqualTo(403);

    HttpResponse<String> none = post(null, form("topic", topic));
    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(challenge(none)).startsWith("Bearer").doesNotContain("error=");
    HttpResponse<String> forged = post("x.y.z", form("topic", topic));
    assertThat(forged.statusCode()).isEqualTo(401);
    assertThat(challenge(forged)).contains("error=\"invalid_token\"");
  }

  @Test
  void tellsWhereItIsAndWhatProtectsIt() {
    assertThat(server.get("index.html").headers().allValues("link")).anyMatch(this::isOfHub);
    assertThat(server.get("api/stocks").headers().allValues("link")).anyMatch(this::isOfHub);
    HttpResponse<String> metadata =
        server.get(".well-known/oauth-protected-resource/.well-known/mercure");
    assertThat(metadata.body())
        .contains("\"resource\":\"" + server.uri(HUB) + '"', "\"mercure_cookie\"");
  }

  @Test
  void tellsWhoIsSubscribedAndWhoComesAndGoes() {
    String who = SignedToken.draft7("[]", "[]", ",\"sub\":\"ada\"");
    String encoded = URLEncoder.encode(topic, UTF_8);
    String seventh = "/" + HUB + "/subscriptions/" + encoded + "/{subscriber}";
    String eighth = "/" + HUB + "/subscriptions/exact/" + encoded + "/:subscriber";
    try (OpenStream events7 = subscribe(bearer(ALL7), "topic", seventh);
        OpenStream events8 = subscribe(bearer(ALL8), "match_urlpattern", eighth);
        OpenStream anonymous = subscribe(Map.of(), "topic", seventh)) {
      try (OpenStream watched = subscribe(bearer(who), "topic", topic)) {
        assertThat(events7.next().data()).contains("\"active\":true", "https://mercure.rocks/");
        MessageEvent active = events8.next();
        assertThat(active.type()).isEqualTo("mercure");
        assertThat(active.data()).contains("\"active\":true");
        for (String path : List.of(encoded, "exact/" + encoded)) {
          HttpResponse<String> answer =
              server.get(HUB + "/subscriptions/" + path, "Authorization", "Bearer " + ALL7);
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
          assertThat(answer.body()).contains("urn:uuid:", "\"active\":true");
        }
        assertThat(watched.status()).isEqualTo(200);
      }
      assertThat(events7.next().data()).contains("\"active\":false");
      assertThat(events8.next().data()).contains("\"active\":false");
      assertThat(anonymous.recorder().events()).isEmpty();
      assertThat(server.get(HUB + "/subscriptions").statusCode()).isEqualTo(401);
      assertThat(server.get(HUB + "/subscriptions", "Authorization", "Bearer " + who).statusCode())
          .isEqualTo(403);
    }
  }

  private boolean isOfHub(String link) {
    return link.contains("/" + HUB + ">") && link.contains("rel=\"mercure\"");
  }

  private static String challenge(HttpResponse<String> answer) {
    return answer.headers().firstValue("www-authenticate").orElse("");
  }

  /** The next that begins so: other tests publish, too. */
  private static String next(OpenStream stream, String start) {
    String data;
    do {
      data = stream.next().data();
    } while (!data.startsWith(start));
    return data;
  }

  private OpenStream subscribe(Map<String, String> headers, String... query) {
    OpenStream stream = OpenStream.open(server.uri(HUB + '?' + form(query)), headers);
    assertThat(stream.header("content-type")).startsWith("text/event-stream"); // it is subscribed
    return stream;
  }

  private static Map<String, String> bearer(String token) {
    return Map.of("Authorization", "Bearer " + token);
  }

  private String publish(String token, String... fields) {
    HttpResponse<String> answer = post(token, form(fields));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private HttpResponse<String> post(@Nullable String token, String body) {
    var request = server.request(HUB, "Content-Type", FORM);
    if (token != null) {
      request.setHeader("Authorization", "Bearer " + token);
    }
    return server.send(request.POST(BodyPublishers.ofString(body)));
  }
}
