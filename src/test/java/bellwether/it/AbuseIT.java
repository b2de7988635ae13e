package bellwether.it;

import static bellwether.harness.Bellwether.form;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.RawAnswer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked wrongly gets a clear answer, changes nothing, and tells nothing of the inside. */
@Tag("soak")
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN")
class AbuseIT {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String FINE = "topic=log%2Fa&data=x";
  private static final int MAX_BODY = 10_000;

  private static final Bellwether.Shared servers =
      new Bellwether.Shared(
          server ->
              server
                  .setting("bellwether.clock.interval", "1h")
                  .setting("bellwether.heartbeat", "100ms")
                  .setting("bellwether.body.max", Integer.toString(MAX_BODY)));

  private final Bellwether server;
  private long publishedBefore;
  private String stocksBefore = "";

  AbuseIT(Container container) {
    server = servers.on(container);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @BeforeEach
  void remember() {
    if (server.get("api/stocks/ACME").statusCode() == 404) {
      makeAStock();
    }
    server.awaitOpenStreams(0, Bellwether.LIMIT);
    publishedBefore = server.metric("bellwether_events_published_total");
    stocksBefore = stocks();
  }

  /** And waits until its last event has been published. */
  private void makeAStock() {
    try (OpenStream stream = server.stream("topic", "stocks")) {
      server.json("PUT", "api/stocks/ACME", "{\"name\":\"Acme\",\"price\":1,\"quantity\":1}");
      Await.until(
          "ACME on the board",
          Bellwether.LIMIT,
          () -> stream.recorder().text().contains("\"ACME\""));
    }
  }

  @AfterEach
  void nothingHasChanged() {
    assertThat(server.metric("bellwether_events_published_total")).isEqualTo(publishedBefore);
    assertThat(stocks()).isEqualTo(stocksBefore);
    assertThat(server.get("api/notifications").body()).isEqualTo("{\"notifications\":[]}");
    assertThat(server.metric("bellwether_streams_open")).isZero();
    assertThat(server.process().log()).doesNotContain(Bellwether.KEY, "SEVERE", "WARNING");
  }

  private String stocks() {
    return server.get("api/stocks").body().replaceFirst("\"timestamp\":.*", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "{\"name\":\"A\",\"price\":1,\"quantity\":1}}",
        "{\"name\":\"A\",\"name\":\"B\",\"price\":1,\"quantity\":1}",
        "{\"name\":\"A\",\"price\":-1,\"quantity\":1}",
        "{\"name\":\"A\",\"price\":1e999999999,\"quantity\":1}",
        "{\"name\":\"A\",\"price\":1,\"quantity\":-1}",
        "{\"name\":\"A\",\"price\":1,\"quantity\":1.5}",
        "{\"name\":\"A\",\"price\":1,\"quantity\":1e1000000000}",
        "{\"name\":\"A\",\"price\":\"1\",\"quantity\":1}",
        "{\"name\":\"\",\"price\":1,\"quantity\":1}",
        "{\"name\":\"A\\u0000\",\"price\":1,\"quantity\":1}",
        "{\"name\":\"\\ud800\",\"price\":1,\"quantity\":1}",
        "{\"name\":\"A\",\"price\":1,\"quantity\":1,\"more\":1}"
      })
  void aStockThatIsNone(String body) {
    assertProblem(server.json("PUT", "api/stocks/ACME", body), 400);
  }

  @Test
  void aStockNestedWithoutEnd() {
    assertProblem(server.json("PUT", "api/stocks/ACME", "{\"name\":" + "[".repeat(5_000)), 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"body\":\"no title\"}",
        "{\"title\":\"\"}",
        "{\"title\":\"a\\nb\"}",
        "{\"title\":\"a\",\"user\":\"ada \"}",
        "{\"title\":1}"
      })
  void aNotificationThatIsNone(String body) {
    assertProblem(server.json("POST", "api/notifications", body), 400);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,    api/stocks/NONE, 404",
    "DELETE, api/stocks/NONE, 404",
    "GET,    api/stocks/acme, 400",
    "PUT,    api/stocks/TOO-LONG-A-SYMBOL-EVEN-FOR-ONE-OF-OURS, 400",
    "GET,    api/stocks/A/B, 404",
    "GET,    api/notifications/7, 404",
    "GET,    api/notifications?limit=0, 400",
    "GET,    api/notifications?limit=x, 400",
    "GET,    api/notifications?user=%zz, 400",
    "GET,    api/nothing, 404",
    "GET,    health/else, 404",
    "GET,    demo/else, 404",
    "GET,    error, 404",
    "GET,    nowhere, 404"
  })
  void aPathThatLeadsNowhere(String method, String path, int status) {
    String body = method.equals("PUT") ? "{\"name\":\"A\",\"price\":1,\"quantity\":1}" : "";
    RawAnswer answer =
        RawAnswer.to(
            server,
            "%s /%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
                    .formatted(method, path, Bellwether.KEY)
                + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(body.length(), body));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    assertTellsNothing(answer.body());
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, events, 'GET, HEAD, POST, QUERY, OPTIONS'",
    "PUT,    events, 'GET, HEAD, POST, QUERY, OPTIONS'",
    "PATCH,  api/stocks/ACME, 'GET, HEAD, PUT, DELETE, OPTIONS'",
    "POST,   api/stocks, 'GET, HEAD, PUT, OPTIONS'",
    "DELETE, api/stocks, 'GET, HEAD, PUT, OPTIONS'",
    "PUT,    api/notifications, 'GET, HEAD, POST, OPTIONS'",
    "POST,   metrics, 'GET, HEAD, OPTIONS'",
    "BREW,   health/live, 'GET, HEAD, OPTIONS'"
  })
  void aMethodThatIsNotThere(String method, String path, String allowed) {
    HttpResponse<String> answer = server.json(method, path, "{}");
    assertProblem(answer, 405);
    assertThat(answer.headers().firstValue("allow")).hasValue(allowed);
  }

  @Test
  void aBodyOfTheWrongType() {
    assertProblem(postWithKey("events", "text/plain", FINE), 415);
    assertProblem(postWithKey("events", "multipart/form-data;boundary=x", FINE), 415);
    assertProblem(postWithKey("events", "application/json", "{}"), 400);
    assertProblem(postWithKey("events", "application/xml", FINE), 415);
    assertProblem(postWithKey("api/notifications", FORM, "title=a"), 415);
    assertProblem(postWithKey("api/notifications", "application/json;charset=utf-16", "{}"), 415);
  }

  @Test
  void aBodyThatIsTooLarge() {
    assertProblem(server.postForm("topic=log%2Fa&data=" + "x".repeat(MAX_BODY)), 413);
    String title = "{\"title\":\"" + "x".repeat(MAX_BODY) + "\"}";
    assertProblem(server.json("POST", "api/notifications", title), 413);
    byte[] unsaid = title.getBytes(StandardCharsets.UTF_8);
    assertProblem(
        server.send(
            server
                .request("api/notifications")
                .header("Authorization", "Bearer " + Bellwether.KEY)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(unsaid)))),
        413);
  }

  @Test
  void aBodyThatNobodyReadsEndsItsConnectionAsAnnounced() {
    RawAnswer answer =
        RawAnswer.to(
            server,
            "POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n".formatted(FORM)
                + "Content-Length: 5000\r\n\r\n"
                + FINE);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("connection")).isEqualTo("close");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "data=x",
        "topic=&data=x",
        "topic=*&data=x",
        "topic=a%0Ab&data=x",
        "topic=a%00&data=x",
        "topic=log%2Fa&type=a%0Adata:+b",
        "topic=log%2Fa&type=a%0Db",
        "topic=log%2Fa&type=a%00",
        "topic=log%2Fa&id=a%0Aevent:+b",
        "topic=log%2Fa&id=a%0Db",
        "topic=log%2Fa&id=a%00",
        "topic=log%2Fa&id=earliest",
        "topic=log%2Fa&id=bw012345678-9",
        "topic=log%2Fa&type=cursor",
        "topic=log%2Fa&type=gap",
        "topic=log%2Fa&type=shutdown",
        "topic=log%2Fa&type=revoked",
        "topic=log%2Fa&type=open",
        "topic=log%2Fa&type=error",
        "topic=log%2Fa&retry=soon",
        "topic=log%2Fa&retry=-1",
        "topic=log%2Fa&retry=99999999999999999999",
        "topic=log%2Fa&data=%",
        "topic=log%2Fa&data=%zz",
        "topic=log%2Fa&data=a&data=b"
      })
  void anEventThatIsNone(String form) {
    assertProblem(server.postForm(form), 400);
  }

  @Test
  void moreTopicsOrFieldsThanAnyoneNeeds() {
    assertProblem(server.postForm("topic=a" + "&topic=log%2Fb".repeat(100)), 400);
    assertProblem(server.postForm(FINE + "&x=".repeat(1_000)), 400);
    assertProblem(server.postForm(form("topic", "t".repeat(1_025), "data", "x")), 400);
    assertProblem(server.get("events?topic=a" + "&topic=b".repeat(100)), 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stocks",
        "stocks/ACME",
        "stocks/a/b",
        "notifications",
        "notifications/ada",
        "clock"
      })
  void anEventOnATopicOfTheServersOwn(String topic) {
    assertProblem(server.postForm(form("topic", topic, "data", "forged")), 403);
    assertProblem(server.postForm(form("topic", "log/a", "topic", topic, "data", "x")), 403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "topic=a%0Ab",
        "topic=a%00",
        "interval=x",
        "interval=11m",
        "topic=",
        "topic=%zz",
        "topic=%",
      })
  void aStreamOfWhatCannotBe(String query) {
    RawAnswer answer =
        RawAnswer.to(server, "GET /events?" + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    assertTellsNothing(answer.body());
  }

  @Test
  void whoHasNoKey() {
    HttpResponse<String> answer = post("events", FORM, FINE);
    assertProblem(answer, 401);
    assertThat(answer.headers().firstValue("www-authenticate").orElse("")).startsWith("Bearer");
    assertProblem(post("api/notifications", "application/json", "{\"title\":\"a\"}"), 401);
    assertProblem(server.send(server.request("api/stocks/ACME").DELETE()), 401);
    assertProblem(server.get("metrics"), 401);
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer wrong-key-of-some-length, 401",
    "Bearer, 400",
    "Basic YTpi, 401",
    "Bearer a b, 400",
  })
  void whoHasTheWrongKey(String authorization, int status) {
    assertProblem(
        server.send(
            server
                .request("events", "Authorization", authorization, "Content-Type", FORM)
                .POST(BodyPublishers.ofString(FINE))),
        status);
    assertProblem(server.get("metrics", "Authorization", authorization), status);
    if (!authorization.startsWith("Basic")) { // which is meant for somebody before us
      assertProblem(server.get("events", "Authorization", authorization), status);
    }
  }

  @Test
  void aKeyInTheQueryIsNone() {
    assertProblem(post("events?access_token=" + Bellwether.KEY, FORM, FINE), 401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "js/",
        "css/",
        "img/",
        "WEB-INF/web.xml",
        "WEB-INF/",
        "WEB-INF",
        "web-inf/web.xml",
        "META-INF/MANIFEST.MF",
        "WEB-INF/classes/bellwether/app/Application.class",
        "js/../WEB-INF/web.xml",
        "js/%2e%2e/WEB-INF/web.xml",
        "WEB-INF;/web.xml",
        "%57EB-INF/web.xml",
        "js//../WEB-INF/web.xml",
        "..%2f..%2fetc/passwd",
        "api/stocks/A%00"
      })
  void aFileThatIsNobodysBusiness(String path) {
    RawAnswer answer =
        RawAnswer.to(server, "GET /" + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    if (answer.status() != 400) { // else refused by the container, before it asks whose path it is
      assertThat(answer.status()).isIn(403, 404); // Jetty owns up to a directory
      assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
      assertTellsNothing(answer.body());
    }
    assertThat(answer.body()).doesNotContain("<web-app", "page.js", "bellwether.css", "Manifest");
  }

  private HttpResponse<String> postWithKey(String path, String contentType, String body) {
    return server.send(
        server
            .request(path, "Content-Type", contentType, "Authorization", "Bearer " + Bellwether.KEY)
            .POST(BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> post(String path, String contentType, String body) {
    return server.send(
        server.request(path, "Content-Type", contentType).POST(BodyPublishers.ofString(body)));
  }

  private static void assertProblem(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
    JsonObject problem;
    try (var reader = Json.createReader(new StringReader(answer.body()))) {
      problem = reader.readObject();
    }
    assertThat(problem.getInt("status")).isEqualTo(status);
    assertThat(problem.getString("title")).isNotEmpty();
    assertThat(problem.getString("detail")).isNotEmpty();
    assertTellsNothing(answer.body());
  }

  private static void assertTellsNothing(String body) {
    assertThat(body.toLowerCase(Locale.ROOT))
        .doesNotContain("tomcat", "jetty", "exception", "\tat ", "java.", Bellwether.KEY);
  }
}
