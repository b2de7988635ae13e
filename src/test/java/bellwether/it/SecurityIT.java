package bellwether.it;

import static bellwether.harness.Bellwether.form;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.SignedToken;
import bellwether.wire.MessageEvent;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One test for each way to get what is not granted, or to keep others from what is. */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN")
class SecurityIT {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String HUB = ".well-known/mercure";
  private static final String FOR_US = ",\"aud\":\"https://hub.example\"";
  private static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
  private static final String ALL_CLAIMS =
      "{\"mercure\":{\"publish\":[\"*\"],\"subscribe\":[\"*\"]}" + FOR_US + "}";

  private static final Bellwether.Shared servers =
      new Bellwether.Shared(
          server ->
              server
                  .setting("bellwether.clock.interval", "1h")
                  .setting("bellwether.log.sync", "never")
                  .setting("bellwether.retained", "state/{+name}")
                  .setting("bellwether.cors.origins", "https://trusted.example")
                  .setting("bellwether.publish.origins", "https://trusted.example")
                  .setting("bellwether.operators", "root")
                  .setting("bellwether.token.audience", "https://hub.example")
                  .setting("bellwether.token.key", SignedToken.KEY));

  private final Bellwether server;

  /** Of this test alone. */
  private final String topic = "private/" + UUID.randomUUID();

  SecurityIT(Container container) {
    server = servers.on(container);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  private static List<String> badTokens() {
    long now = System.currentTimeMillis() / 1000;
    String good = SignedToken.sign(HS256, ALL_CLAIMS, SignedToken.KEY);
    String payload = good.substring(good.indexOf('.') + 1, good.lastIndexOf('.'));
    String none = "{\"alg\":\"none\"}";
    return List.of(
        good + "x",
        good.substring(0, good.length() - 2),
        SignedToken.sign(HS256, ALL_CLAIMS, "another-key-that-is-as-long-as-ours-is"),
        SignedToken.encode(none.getBytes(UTF_8)) + '.' + payload + '.',
        SignedToken.sign(none, ALL_CLAIMS, SignedToken.KEY),
        SignedToken.sign("{\"alg\":\"RS256\"}", ALL_CLAIMS, SignedToken.KEY),
        SignedToken.sign(
            "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"YWFh\"}}", ALL_CLAIMS, "aaa"),
        SignedToken.of(ALL_CLAIMS.replace(FOR_US, FOR_US + ",\"exp\":" + now)),
        SignedToken.of(ALL_CLAIMS.replace(FOR_US, FOR_US + ",\"nbf\":" + (now + 3600))),
        SignedToken.of(ALL_CLAIMS.replace(FOR_US, ",\"aud\":\"https://other.example\"")),
        SignedToken.of(ALL_CLAIMS.replace(FOR_US, "")),
        "a".repeat(5000));
  }

  @Test
  void aTokenThatIsForgedExpiredUnsignedOrForOthersGetsNothing() {
    String good = SignedToken.of(ALL_CLAIMS);
    assertThat(publish(good, "topic", topic).statusCode()).isEqualTo(200);
    for (String bad : badTokens()) {
      assertRefused(publish(bad, "topic", topic));
      assertRefused(server.get("events?" + form("topic", topic), "Authorization", bearer(bad)));
    }
  }

  @Test
  void aPrivateEventReachesNobodyWithoutAGrantLiveOrReplayed() {
    String stranger = token("[\"public/x\"]");
    String before = id("topic", topic, "data", "start");
    try (OpenStream live = server.stream("topic", topic).opened();
        OpenStream all = server.stream("topic", topic + "{+any}").opened();
        OpenStream named = stream(stranger, "topic", topic).opened()) {
      String secret = id("topic", topic, "data", "secret", "private", "on");
      id("topic", topic, "data", "end");
      for (OpenStream stream : List.of(live, named)) {
        assertThat(stream.next().data()).isEqualTo("end");
      }
      untilEnd(all);
      try (OpenStream replay = server.stream("topic", topic, "lastEventId", before);
          OpenStream earliest = server.stream("topic", topic, "lastEventId", "earliest");
          OpenStream byIdOfIt = server.stream("topic", topic, "lastEventId", secret)) {
        assertThat(replay.next().data()).isEqualTo("end");
        assertThat(earliest.nextData(2)).containsExactly("start", "end");
        assertThat(byIdOfIt.next().data()).isEqualTo("end");
      }
    }
  }

  @Test
  void noneOfItShowsInAGap() {
    String secretId = "secret-id-" + UUID.randomUUID();
    id("topic", topic, "data", "secret", "private", "on", "id", secretId);
    id("topic", topic, "data", "end");
    try (OpenStream guess = server.stream("topic", topic, "lastEventId", secretId)) {
      MessageEvent gap = guess.next();
      assertThat(gap.type()).as("as for an id that never was").isEqualTo("gap");
      assertThat(gap.data()).contains("\"reason\":\"unknown\"");
      assertThat(guess.header("last-event-id")).isEqualTo("earliest");
      assertThat(guess.next().type()).isEqualTo("cursor");
      assertThat(guess.recorder().text()).doesNotContain("data: secret");
    }
  }

  @Test
  void aPrivateStateIsGivenToNobodyWhoOpensAStream() {
    String state = "state/" + UUID.randomUUID();
    id("topic", state, "data", "secret", "private", "on");
    try (OpenStream stranger = server.stream("topic", state);
        OpenStream granted = stream(token("[\"" + state + "\"]"), "topic", state)) {
      assertThat(granted.next().data()).isEqualTo("secret");
      assertThat(stranger.next().type()).isEqualTo("cursor");
    }
  }

  @Test
  void anIdempotencyKeyTellsNobodyOfAnothersEvent() {
    String key = UUID.randomUUID().toString();
    HttpRequest.Builder first =
        server.request(
            "events",
            "Content-Type",
            FORM,
            "Authorization",
            "Bearer " + Bellwether.KEY,
            "Idempotency-Key",
            key);
    String secret =
        server
            .send(first.POST(BodyPublishers.ofString(form("topic", topic, "private", ""))))
            .body();
    String own = topic + "/own";
    String claims = claims("[\"" + own + "\"]", "[]");
    HttpResponse<String> guess = publishWithKey(SignedToken.of(claims), key, own);
    assertThat(guess.statusCode()).isEqualTo(200);
    assertThat(guess.body()).isNotEqualTo(secret);
    String named = SignedToken.of(claims.replace(FOR_US, FOR_US + ",\"sub\":\"bob\""));
    HttpResponse<String> bobs = publishWithKey(named, key, own);
    assertThat(bobs.statusCode()).as("users have their own keys").isEqualTo(200);
    assertThat(bobs.body()).isNotIn(secret, guess.body());
    assertThat(publishWithKey(named, key, own).body()).isEqualTo(bobs.body());
  }

  private HttpResponse<String> publishWithKey(String token, String key, String ownTopic) {
    HttpRequest.Builder request =
        server.request(
            "events", "Content-Type", FORM, "Authorization", bearer(token), "Idempotency-Key", key);
    return server.send(request.POST(BodyPublishers.ofString(form("topic", ownTopic))));
  }

  @Test
  void neitherMetricsNorErrorsNameTopicsUsersOrTokens() {
    String user = "user-" + UUID.randomUUID();
    String token =
        SignedToken.of(
            ALL_CLAIMS.replace(
                FOR_US, FOR_US + ",\"sub\":\"" + user + "\",\"jti\":\"" + user + "\""));
    try (OpenStream stream = stream(token, "topic", topic).opened()) {
      publish(token, "topic", topic, "private", "");
      assertThat(stream.next().data()).isEmpty();
      String metrics = server.get("metrics", "Authorization", bearer(Bellwether.KEY)).body();
      assertThat(metrics).doesNotContain(topic, user);
      HttpResponse<String> error = publish(token, "topic", topic, "retry", "x");
      assertThat(error.body()).doesNotContain(user, token);
      assertThat(server.process().log()).doesNotContain(token, SignedToken.KEY, Bellwether.KEY);
    }
  }

  @Test
  void operationsAreForOperators() {
    String publisher = SignedToken.of(ALL_CLAIMS);
    String root = SignedToken.of(ALL_CLAIMS.replace(FOR_US, FOR_US + ",\"sub\":\"root\""));
    for (String path : List.of("metrics", "admin/drain")) {
      assertThat(server.get(path).statusCode()).isEqualTo(401);
      assertThat(server.get(path, "Authorization", bearer(publisher)).statusCode()).isEqualTo(403);
      assertThat(server.get(path, "Authorization", bearer(root)).statusCode()).isEqualTo(200);
    }
    assertThat(revoke(publisher, "user", "ada").statusCode()).isEqualTo(403);
  }

  @Test
  void whatIsRevokedIsOverAtOnceAndStaysSo() {
    String id = UUID.randomUUID().toString();
    String token = SignedToken.of(ALL_CLAIMS.replace(FOR_US, FOR_US + ",\"jti\":\"" + id + "\""));
    try (OpenStream stream = stream(token, "topic", topic).opened();
        OpenStream other = stream(SignedToken.of(ALL_CLAIMS), "topic", topic).opened()) {
      HttpResponse<String> answer = revoke(Bellwether.KEY, "token", id);
      assertThat(answer.body()).isEqualTo("{\"ended\":1}");
      assertThat(stream.next()).extracting(MessageEvent::type).isEqualTo("revoked");
      stream.awaitEnd();
      assertRefused(publish(token, "topic", topic));
      id("topic", topic, "data", "x");
      assertThat(other.next().data()).isEqualTo("x");
    }
  }

  @Test
  void aStreamIsOverWithItsToken() {
    long end = System.currentTimeMillis() / 1000 + 2;
    String token = SignedToken.of(ALL_CLAIMS.replace(FOR_US, FOR_US + ",\"exp\":" + end));
    try (OpenStream ours = stream(token, "topic", topic).opened();
        OpenStream mercures =
            OpenStream.open(
                server.uri(HUB + "?topic=" + topic), Map.of("Authorization", bearer(token)))) {
      assertThat(ours.next().data()).isEqualTo("{\"reason\":\"expired\"}");
      ours.awaitEnd();
      mercures.awaitEnd();
      assertThat(mercures.recorder().events()).isEmpty();
      assertRefused(server.get("events", "Authorization", bearer(token)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://evil.example, 400",
    "null, 400",
    ", 400",
    "https://trusted.example, 200",
  })
  void aForeignPageCannotPublishByCookie(@Nullable String origin, int status) {
    for (String path : List.of("events", HUB)) {
      HttpRequest.Builder request =
          server.request(
              path,
              "Content-Type",
              FORM,
              "Cookie",
              "mercureAuthorization=" + SignedToken.of(ALL_CLAIMS));
      if (origin != null) {
        request.header("Origin", origin);
      }
      request.POST(BodyPublishers.ofString(form("topic", topic)));
      assertThat(server.send(request).statusCode()).isEqualTo(status);
    }
  }

  @Test
  void onlyTrustedOriginsAreNamedBackWithCredentials() {
    for (String path : List.of("api/stocks", HUB, "events/0")) {
      var evil = server.get(path, "Origin", "https://evil.example").headers();
      assertThat(evil.firstValue("access-control-allow-origin")).contains("*");
      assertThat(evil.firstValue("access-control-allow-credentials")).isEmpty();
      assertThat(evil.allValues("vary").toString()).contains("Origin");
      var trusted = server.get(path, "Origin", "https://trusted.example").headers();
      assertThat(trusted.firstValue("access-control-allow-origin"))
          .contains("https://trusted.example");
      assertThat(trusted.firstValue("access-control-allow-credentials")).contains("true");
      assertThat(trusted.allValues("vary").toString()).contains("Origin");
    }
  }

  @Test
  void theHeaderWinsOverACookieAndTheQueryCountsForNothing() {
    String all = SignedToken.of(ALL_CLAIMS);
    String cookie = "mercureAuthorization=" + all;
    assertRefused(server.get("events", "Authorization", bearer("x.y.z"), "Cookie", cookie));
    HttpResponse<String> byQuery =
        server.send(
            server
                .request(HUB + "?authorization=" + all, "Content-Type", FORM)
                .POST(BodyPublishers.ofString(form("topic", topic))));
    assertThat(byQuery.statusCode()).isEqualTo(401);
  }

  @Test
  void aTokenBecomesACookieForThisApplicationAndNothingElse() {
    HttpResponse<String> session =
        server.send(
            server
                .request("session", "Authorization", bearer(SignedToken.of(ALL_CLAIMS)))
                .POST(BodyPublishers.noBody()));
    assertThat(session.statusCode()).isEqualTo(204);
    String cookie = session.headers().firstValue("set-cookie").orElse("");
    assertThat(cookie).contains("Path=/", "HttpOnly", "SameSite=Strict");
    HttpResponse<String> key =
        server.send(
            server
                .request("session", "Authorization", bearer(Bellwether.KEY))
                .POST(BodyPublishers.noBody()));
    assertThat(key.statusCode()).as("the key is not for browsers").isEqualTo(400);
    try (OpenStream stream =
        OpenStream.open(
                server.events("topic", topic),
                Map.of("Cookie", cookie.substring(0, cookie.indexOf(';'))))
            .opened()) {
      id("topic", topic, "data", "secret", "private", "");
      assertThat(stream.next().data()).isEqualTo("secret");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"topic", "id", "type", "retry"})
  void noFieldForgesALineOfTheStream(String field) {
    String forged = "x\ndata: forged\n\ndata: y";
    for (String end : List.of(forged, forged.replace('\n', '\r'))) {
      HttpResponse<String> answer =
          field.equals("topic")
              ? publish(Bellwether.KEY, "topic", end)
              : publish(Bellwether.KEY, "topic", topic, field, end);
      assertThat(answer.statusCode()).isEqualTo(400);
    }
  }

  @Test
  void dataForgesNoLineOfTheStream() {
    try (OpenStream stream = server.stream("topic", topic).opened()) {
      id("topic", topic, "data", "a\rid: forged\r\n\nevent: forged\u2028b");
      assertThat(stream.next())
          .satisfies(
              event -> {
                assertThat(event.type()).isEqualTo("message");
                assertThat(event.data()).isEqualTo("a\nid: forged\n\nevent: forged\u2028b");
                assertThat(event.lastEventId()).doesNotContain("forged");
              });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stocks", "stocks/ACME", "notifications", "notifications/ada", "clock"})
  void whatTheServerSaysItselfNobodyElseSays(String builtIn) {
    assertThat(publish(Bellwether.KEY, "topic", builtIn).statusCode()).isEqualTo(403);
    assertThat(publish(Bellwether.KEY, "topic", topic, "topic", builtIn).statusCode())
        .isEqualTo(403);
  }

  @Test
  void floodsOfTopicsAndPatternsAreRefused() {
    String topics = IntStream.range(0, 101).mapToObj(i -> "topic=t" + i).collect(joining());
    String templates =
        IntStream.range(0, 50).mapToObj(i -> "topic=" + i + "%7Ba,b,c,d%7D").collect(joining());
    assertThat(server.get("events?" + topics).statusCode()).isEqualTo(400);
    assertThat(server.get("events?" + templates).statusCode()).isEqualTo(400);
    assertThat(server.get(HUB + '?' + topics).statusCode()).isEqualTo(400);
    HttpRequest.Builder request =
        server.request("events", "Content-Type", FORM, "Authorization", bearer(Bellwether.KEY));
    assertThat(server.send(request.POST(BodyPublishers.ofString(topics))).statusCode())
        .isEqualTo(400);
  }

  @Test
  void noPatternTakesLongHoweverItIsBuilt() {
    String victim = "/" + "a".repeat(1000) + "!";
    List<String> patterns =
        List.of("/(a+)+b", "/(a|a)*b", "/([a-z]*)*c", "/(.*)(.*)(.*)(.*)(.*)d", "/:a:b:c*");
    for (String pattern : patterns) {
      String query = form("match_urlpattern", pattern, "match", topic);
      try (OpenStream stream = OpenStream.open(server.uri(HUB + '?' + query), Map.of())) {
        if (stream.status() == 400) {
          continue; // too much for us: as good
        }
        long start = System.nanoTime();
        for (int i = 0; i < 20; i++) {
          publish(Bellwether.KEY, "topic", victim);
        }
        id("topic", topic, "data", "end");
        untilEnd(stream);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .as("exponential time is years")
            .isLessThan(Duration.ofSeconds(30));
      }
    }
  }

  private static Collector<CharSequence, ?, String> joining() {
    return Collectors.joining("&");
  }

  private static void assertRefused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isIn(401, 429);
  }

  private static void untilEnd(OpenStream stream) {
    while (!stream.next().data().equals("end")) {
      assertThat(stream.recorder().text()).doesNotContain("data: secret");
    }
  }

  private static String claims(String publish, String subscribe) {
    return "{\"mercure\":{\"publish\":%s,\"subscribe\":%s}%s}"
        .formatted(publish, subscribe, FOR_US);
  }

  private static String token(String subscribe) {
    return SignedToken.of(claims("[]", subscribe));
  }

  private static String bearer(String token) {
    return "Bearer " + token;
  }

  private OpenStream stream(String token, String... query) {
    return server.stream(Map.of("Authorization", bearer(token)), query);
  }

  private HttpResponse<String> revoke(String token, String... form) {
    return server.send(
        server
            .request("admin/revocations", "Content-Type", FORM, "Authorization", bearer(token))
            .POST(BodyPublishers.ofString(form(form))));
  }

  private HttpResponse<String> publish(String token, String... fields) {
    return server.send(
        server
            .request("events", "Content-Type", FORM, "Authorization", bearer(token))
            .POST(BodyPublishers.ofString(form(fields))));
  }

  /** Publishes with the key. */
  private String id(String... fields) {
    HttpResponse<String> answer = publish(Bellwether.KEY, fields);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }
}
