package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.RawAnswer;
import bellwether.harness.StreamClient;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the guide's pages ask of the server, in demo mode. */
@Tag("soak")
@ParameterizedClass
@EnumSource(names = {"OWN", "TOMCAT_10_1"}) // the two that differ most in how they write
class GuideServerIT {
  private static final Bellwether.Shared servers =
      new Bellwether.Shared((container, server) -> server.setting("bellwether.demo", "true"));
  private static final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Bellwether server;

  GuideServerIT(Container container) {
    server = servers.on(container);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  // Raw answers.

  @Test
  void answersTheTextThatItIsGivenAndEnds() throws Exception {
    String text = "id: 12345\r\ndata: GOOG\rdata: 556\n\n: grüße\n";
    HttpResponse<String> answer = get("demo/raw?" + Bellwether.form("text", text));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(text);
    assertThat(answer.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/event-stream");
    assertThat(answer.headers().firstValue("cache-control")).hasValue("no-cache, no-transform");
  }

  @ParameterizedTest
  @CsvSource({"404,text/event-stream", "503,text/event-stream", "200,text/plain", "599,text/plain"})
  void answersWithTheStatusAndTheTypeThatItIsGiven(int status, String type) throws Exception {
    HttpResponse<String> answer =
        get("demo/raw?" + Bellwether.form("status", "" + status, "type", type, "text", "x"));
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith(type);
    assertThat(answer.body()).isEqualTo("x");
  }

  @Test
  void answersNoContent() throws Exception {
    HttpResponse<String> answer = get("demo/raw?status=204&text=x");
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void staysOpenIfAsked() {
    try (OpenStream stream =
        OpenStream.open(
            server.uri("demo/raw?" + Bellwether.form("hold", "true", "text", "data: 1\n\n")),
            Map.of())) {
      assertThat(stream.next().data()).isEqualTo("1");
      assertThat(stream.client().hasEnded()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo/raw?type=text/html&text=x",
        "demo/raw?type=text/javascript&text=x",
        "demo/raw?status=199",
        "demo/raw?status=600",
        "demo/raw?status=ok",
        "demo/raw?text=1&text=2",
        "demo/raw?text=%zz"
      })
  void refusesWhatNoPageNeeds(String path) throws Exception {
    assertThat(raw("GET", "/" + path, "").status()).isEqualTo(400);
  }

  @Test
  void refusesTextThatIsTooLong() throws Exception {
    assertThat(get("demo/raw?text=" + "x".repeat(4000)).statusCode()).isEqualTo(200);
    assertThat(get("demo/raw?text=" + "x".repeat(4001)).statusCode()).isEqualTo(400);
  }

  // The guide's two servers.

  @Test
  void tellsTheTimeOnceAsTheGuidesPhpDoes() throws Exception {
    long before = Instant.now().getEpochSecond();
    HttpResponse<String> answer = get("demo/stream.php");
    Matcher event =
        Pattern.compile("id: ([0-9]+)\ndata: server time: [01][0-9]:[0-5][0-9]:[0-5][0-9]\n\n")
            .matcher(answer.body());
    assertThat(event.matches()).as(answer.body()).isTrue();
    assertThat(Long.parseLong(event.group(1))).isBetween(before, Instant.now().getEpochSecond());
    assertThat(answer.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/event-stream");
  }

  @Test
  void tellsTheTimeAgainAndAgainAsTheGuidesNodeDoes() {
    try (OpenStream stream = OpenStream.open(server.uri("demo/node-events"), Map.of())) {
      var first = stream.next();
      assertThat(first.data()).matches("1?[0-9]:[0-5][0-9]:[0-5][0-9] [AP]M");
      assertThat(first.lastEventId()).isEmpty();
      assertThat(stream.next().data()).isNotEqualTo(first.data());
    }
  }

  // Cutting.

  @Test
  void cutsTheStreamsOfATopicAndTellsThemWhenToComeBack() throws Exception {
    try (OpenStream mine = server.stream("topic", "guide/mine", "topic", "news");
        OpenStream other = server.stream("topic", "guide/other")) {
      mine.opened();
      other.opened();
      HttpResponse<String> answer = post("demo/cut", "topic=guide/mine&retry=5000");
      assertThat(answer.body()).isEqualTo("{\"cut\":1}");
      assertThat(mine.awaitEnd()).isEqualTo(StreamClient.End.COMPLETE);
      assertThat(mine.recorder().retries()).last().isEqualTo(Duration.ofSeconds(5));
      server.publish("topic", "guide/other", "data", "still here");
      assertThat(other.next().data()).isEqualTo("still here");
    }
    assertThat(post("demo/cut", "topic=guide/mine").body()).isEqualTo("{\"cut\":0}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "topic=", "topic=a&topic=b", "topic=a&retry=x", "topic=a&retry=1&retry=2"})
  void cutsNothingForARequestThatMakesNoSense(String form) throws Exception {
    assertThat(post("demo/cut", form).statusCode()).isEqualTo(400);
  }

  // Load.

  @Test
  void putsLoadOnItselfAndTellsHowItGoes() throws Exception {
    assertThat(post("demo/load", "streams=200&rate=20").statusCode()).isEqualTo(200);
    try {
      Await.until(
          "all streams with events",
          Bellwether.LIMIT,
          () -> load().getInt("open") == 200 && load().getInt("deliveriesPerSecond") > 0);
      assertThat(post("demo/load", "streams=1&rate=1").statusCode()).isEqualTo(409);
      JsonObject running = load();
      assertThat(running.getBoolean("running")).isTrue();
      assertThat(running.getString("topic")).isEqualTo("demo/load");
      assertThat(running.getInt("missing")).isZero();
      assertThat(running.getJsonNumber("p50Millis").doubleValue()).isPositive();
      assertThat(running.getJsonNumber("p99Millis").doubleValue())
          .isGreaterThanOrEqualTo(running.getJsonNumber("p50Millis").doubleValue());
    } finally {
      assertThat(delete("demo/load").statusCode()).isEqualTo(200);
    }
    JsonObject ended = load();
    assertThat(ended.getBoolean("running")).isFalse();
    Await.until("none open", Bellwether.LIMIT, () -> load().getInt("open") == 0);
    assertThat(ended.getInt("delivered")).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "streams=10", "streams=0&rate=1", "streams=5001&rate=1", "streams=1&rate=101"})
  void putsNoLoadOnItselfForARequestThatMakesNoSense(String form) throws Exception {
    assertThat(post("demo/load", form).statusCode()).isEqualTo(400);
  }

  // The slow reader.

  @Test
  void readsSlowlyAndComesBackToWhereItWas() throws Exception {
    String reader = "topic=guide/slow&topic=news&bytes=2000";
    assertThat(post("demo/slow-reader", reader).statusCode()).isEqualTo(200);
    try {
      Await.until(
          "the stream", Bellwether.LIMIT, () -> !slowReader().getString("lastEventId").isEmpty());
      assertThat(post("demo/slow-reader", reader).statusCode()).isEqualTo(409);
      server.publish("topic", "guide/slow", "data", "x".repeat(3000));
      String newest = server.publish("topic", "news", "data", "y");
      Await.until("both events", Bellwether.LIMIT, () -> slowReader().getInt("events") == 2);
      assertThat(slowReader().getString("lastEventId")).isEqualTo(newest);
      assertThat(slowReader().getInt("bytes")).isGreaterThan(3000);

      assertThat(post("demo/cut", "topic=guide/slow&retry=500").body()).isEqualTo("{\"cut\":1}");
      server.publish("topic", "guide/slow", "data", "while it is away");
      Await.until("the third", Bellwether.LIMIT, () -> slowReader().getInt("events") == 3);
      assertThat(slowReader().getInt("opened")).isEqualTo(2);
      assertThat(slowReader().getInt("gaps")).isZero();
    } finally {
      assertThat(delete("demo/slow-reader").statusCode()).isEqualTo(200);
    }
    assertThat(slowReader().getBoolean("running")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "topic=a",
        "bytes=100",
        "topic=a&bytes=99",
        "topic=a&bytes=1000001",
        "topic=&bytes=100"
      })
  void readsNothingSlowlyForARequestThatMakesNoSense(String form) throws Exception {
    assertThat(post("demo/slow-reader", form).statusCode()).isEqualTo(400);
  }

  // The second origin.

  @Test
  void saysWhereItsSecondOriginIs() throws Exception {
    JsonObject status = json(raw("GET", "/demo/status", "").body());
    assertThat(status.getString("secondOrigin")).matches("http://localhost:[0-9]+");
    String page = get("guide/cross-origin.html").headers().map().toString();
    assertThat(get("").headers().firstValue("content-security-policy").orElseThrow())
        .contains("connect-src 'self';");
    assertThat(page).contains("connect-src 'self' " + status.getString("secondOrigin"));
  }

  @ParameterizedTest
  @CsvSource({
    "any,http://localhost:1,*,",
    "page,http://localhost:1,http://localhost:1,",
    "page-credentials,http://127.0.0.1:1,http://127.0.0.1:1,true",
    "page-credentials,http://evil.example,,true",
    "nobody,http://localhost:1,,"
  })
  void allowsWhatItIsAskedTo(String allow, String origin, String allowed, String credentials)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(second("/stream?allow=" + allow))
            .header("Origin", origin)
            .header("Cookie", "other=1; bellwether-guide=me")
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo("data: {\"origin\":\"" + origin + "\",\"cookie\":\"me\"}\n\n");
    assertThat(answer.headers().firstValue("access-control-allow-origin").orElse(null))
        .isEqualTo(allowed);
    assertThat(answer.headers().firstValue("access-control-allow-credentials").orElse(null))
        .isEqualTo(credentials);
  }

  @Test
  void knowsNothingElseAtItsSecondOrigin() throws Exception {
    for (String path : List.of("/stream", "/stream?allow=all", "/stream?allow=any&x=1")) {
      assertThat(status(HttpRequest.newBuilder(second(path)))).as(path).isEqualTo(400);
    }
    assertThat(status(HttpRequest.newBuilder(second("/events")))).isEqualTo(404);
    assertThat(status(HttpRequest.newBuilder(second("/stream?allow=any")).DELETE())).isEqualTo(405);
  }

  // Who may.

  static Stream<String> urls() {
    return Stream.of("raw", "stream.php", "node-events", "cut", "load", "slow-reader", "metrics");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example",
        "Host: localhost\r\nOrigin: http://evil.example",
        "Host: localhost\r\nSec-Fetch-Site: cross-site",
        "Host: localhost\r\nX-Forwarded-For: 127.0.0.1"
      })
  void isThereForThisMachineOnly(String headers) {
    Set<Integer> answers = new HashSet<>();
    urls().forEach(url -> answers.add(rawWith("GET", "/demo/" + url, headers).status()));
    urls().forEach(url -> answers.add(rawWith("POST", "/demo/" + url, headers).status()));
    assertThat(answers).containsExactly(404);
  }

  @Test
  void isNotThereOutsideDemoMode() throws IOException {
    try (Bellwether usual = Bellwether.start(Container.JETTY_12_1, settings -> settings)) {
      urls()
          .forEach(
              url -> {
                RawAnswer answer =
                    RawAnswer.to(
                        usual, "GET /demo/" + url + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(answer.status()).as(url).isEqualTo(404);
              });
    }
  }

  @Test
  void doesNotWaitForAClientThatTakesNothing() throws Exception {
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), second("/").getPort())) {
      silent.getOutputStream().write("GET /stre".getBytes(StandardCharsets.UTF_8));
      assertThat(status(HttpRequest.newBuilder(second("/stream?allow=any")))).isEqualTo(200);
    }
  }

  private URI second(String path) {
    return URI.create(json(raw("GET", "/demo/status", "").body()).getString("secondOrigin") + path);
  }

  private JsonObject slowReader() {
    return json(raw("GET", "/demo/slow-reader", "").body());
  }

  private JsonObject load() {
    return json(raw("GET", "/demo/load", "").body());
  }

  private static JsonObject json(String text) {
    return Json.createReader(new StringReader(text)).readObject();
  }

  private RawAnswer raw(String method, String path, String more) {
    return rawWith(method, path, "Host: localhost" + more);
  }

  private RawAnswer rawWith(String method, String path, String headers) {
    return RawAnswer.to(
        server, method + " " + path + " HTTP/1.1\r\n" + headers + "\r\nContent-Length: 0\r\n\r\n");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(HttpRequest.newBuilder(server.uri(path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> delete(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(server.uri(path)).DELETE().build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String form) throws Exception {
    return http.send(
        HttpRequest.newBuilder(server.uri(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form))
            .build(),
        BodyHandlers.ofString());
  }

  private static int status(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString()).statusCode();
  }
}
