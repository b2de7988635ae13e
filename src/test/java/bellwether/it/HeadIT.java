package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.Http2Connection;
import bellwether.harness.OpenStream;
import bellwether.harness.RawAnswer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What our own server does with requests that it refuses before the application sees them. */
class HeadIT {
  private static final String TRUSTED = "https://trusted.example";
  private static final String SECRET = "a-token-that-nobody-may-see";
  private static final String QUERY = "?authorization=" + SECRET;
  private static final int LIMIT = 64 << 10;

  private static final Bellwether.Shared servers =
      new Bellwether.Shared(
          server -> server.connector("--http2", "").setting("bellwether.cors.origins", TRUSTED));

  private final Bellwether server = servers.on(Container.OWN);
  private final String topic = "log/" + UUID.randomUUID();

  @AfterAll
  static void stop() {
    servers.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /events" + QUERY + " HTTP/1.1\r\n\r\n",
        "GET /events" + QUERY + " HTTP/3.1\r\nHost: a\r\n\r\n",
        "GET /events\u0000" + QUERY + " HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /events;a=b/..;/x" + QUERY + " HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /events%2Fa" + QUERY + " HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /events/%ff" + QUERY + " HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /events/../.." + QUERY + " HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /events" + QUERY + " HTTP/1.1\r\nHost: a:b:c\r\n\r\n",
        "GET /events" + QUERY + " HTTP/1.1\r\nHost: a\r\nno header\r\n\r\n",
        "GET /events" + QUERY + " HTTP/1.1\r\nHost: a\r\nExpect: much\r\n\r\n",
        "GET /events" + QUERY + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: none\r\n\r\n",
        "POST /events" + QUERY + " HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "TRACE /events" + QUERY + " HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT /events" + QUERY + " HTTP/1.1\r\nHost: a\r\n\r\n",
        "PUT /nothing" + QUERY + " HTTP/1.1\r\nHost: a\r\n\r\n",
        "QUERY /nothing" + QUERY + " HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS *" + QUERY + " HTTP/1.1\r\nHost: a\r\n\r\n",
        "HELO\r\n\r\n",
      })
  void whatTheServerItselfRefusesIsProblemJsonForEveryOrigin(String request) {
    assertIsProblem(RawAnswer.to(server, request));
    assertThat(server.process().log()).doesNotContain(SECRET);
  }

  @Test
  void aHeadUpToTheLimitIsTaken() {
    String cookie = "x".repeat(LIMIT - 1000);
    assertThat(RawAnswer.to(server, get("", cookie)).status()).isEqualTo(200);
    try (Http2Connection connection = Http2Connection.to(server)) {
      assertThat(connection.open(server.events("topic", topic), cookie(cookie)).status())
          .isEqualTo(200);
    }
  }

  @Test
  void aLargerHeadIsRefusedAsProblemJsonAndNotLogged() {
    RawAnswer url = RawAnswer.to(server, get("&authorization=" + SECRET + "x".repeat(LIMIT), ""));
    assertIsProblem(url);
    assertThat(url.status()).isEqualTo(414);
    RawAnswer cookie =
        RawAnswer.to(
            server, get("&authorization=" + SECRET + "x".repeat(LIMIT - 5000), "y".repeat(6000)));
    assertIsProblem(cookie);
    assertThat(cookie.status()).isEqualTo(431);
    assertThat(server.process().log()).doesNotContain(SECRET, "xxxxx");
  }

  @ParameterizedTest
  @ValueSource(ints = {LIMIT + 1000, 3 * LIMIT})
  void aHeadThatIsTooLargeEndsOneStreamOfItsConnection(int size) {
    try (Http2Connection connection = Http2Connection.to(server)) {
      OpenStream staying = connection.open(server.events("topic", topic));
      staying.opened();
      for (Map<String, String> headers :
          List.of(
              cookie("x".repeat(size)), Map.of("Origin", TRUSTED, "Cookie", "x".repeat(size)))) {
        OpenStream refused = connection.open(server.events("topic", topic), headers);
        assertThat(refused.status()).isEqualTo(431);
        assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
        assertThat(refused.header("access-control-allow-origin"))
            .isEqualTo(headers.getOrDefault("Origin", "*"));
        refused.awaitEnd();
      }
      server.publish("topic", topic, "data", "still here");
      assertThat(staying.next().data()).isEqualTo("still here");
      assertThat(connection.isOpen()).isTrue();
    }
  }

  /** A browser does so when the server is there again, with all the cookies of its site. */
  @Test
  void manyStreamsWithLargeHeadsOpenAtOnce() {
    try (Http2Connection connection = Http2Connection.to(server)) {
      Map<String, String> headers = cookie("x".repeat(LIMIT - 1000));
      List<OpenStream> streams =
          Stream.generate(() -> connection.open(server.events("topic", topic), headers))
              .limit(100)
              .toList();
      streams.forEach(stream -> stream.opened());
      assertThat(connection.isOpen()).isTrue();
    }
  }

  private static Map<String, String> cookie(String value) {
    return Map.of("Cookie", value);
  }

  private static String get(String query, String cookie) {
    return "GET /events?topic=t"
        + query
        + " HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n"
        + ("Cookie: " + cookie + "\r\n\r\n");
  }

  private static void assertIsProblem(RawAnswer answer) {
    assertThat(answer.status()).isGreaterThanOrEqualTo(400);
    assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
    assertThat(answer.body()).contains("\"status\":" + answer.status(), "\"detail\":\"");
  }
}
