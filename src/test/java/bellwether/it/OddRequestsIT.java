package bellwether.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.RawAnswer;
import bellwether.topic.Topic;
import bellwether.topic.TopicFilter;
import bellwether.wire.UriText;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every container makes of requests that are unusual, or written with other characters. */
@Tag("soak")
@ParameterizedClass
@EnumSource
class OddRequestsIT {
  private static final List<String> HEADERS =
      List.of(
          "Accept: ;",
          "Accept: ,;q=,\"",
          "Accept-Encoding: ;q=x",
          "Authorization: Bearer",
          "Authorization: bearer\ta",
          "Cookie: =; ;;a; mercureAuthorization",
          "Cookie: a=\"b; mercureAuthorization=\"x",
          "Cookie: mercureAuthorization=\u00ff\u00fe; $Version=9",
          "If-None-Match: \"",
          "Last-Event-ID: \u00ff\u00e9",
          "Origin: http://[",
          "Prefer: wait=\"",
          "Range: bytes=-,5-1",
          "Referer: ::",
          "X-Forwarded-For: ,;=",
          "traceparent: 00-zz");

  private static final Bellwether.Shared servers = new Bellwether.Shared(server -> server);

  private final Container container;
  private final Bellwether server;

  OddRequestsIT(Container container) {
    this.container = container;
    server = servers.on(container);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void noHeaderIsOurFault() {
    for (String header : HEADERS) {
      for (String path : List.of("events?topic=a", "api/stocks", ".well-known/mercure?topic=a")) {
        assertThat(raw(path, header).status()).as(path + ' ' + header).isBetween(200, 499);
      }
    }
    assertThat(raw("events?topic=a", "Accept: ;").status()).isEqualTo(406);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Host: a_b", "Host: [", "Host: a:b:c", "Host: %zz", "Host: {x}"})
  void noHostIsOurFault(String host) {
    for (String path : List.of("events?topic=a", ".well-known/mercure?match_urlpattern=a*")) {
      RawAnswer answer =
          RawAnswer.to(
              server, ("GET /" + path + " HTTP/1.1\r\n" + host + "\r\n\r\n").getBytes(ISO_8859_1));
      assertThat(answer.status()).as(path).isBetween(200, 499);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "events?topic=caf%E9",
        "events?topic=caf\u00e9",
        "events?topic=%ED%A0%BD",
        "api/stocks/%FF",
        "api/stocks/caf\u00e9",
        "api/stocks?after=%FF",
        "api/notifications?user=%C0%AF",
        ".well-known/mercure?topic=%E2%82",
      })
  void whatIsNoUtf8IsRefused(String path) {
    assertThat(raw(path, "Accept: */*").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"events?topic=log/{name}", "events?topic=log/a|b"})
  void charactersThatAQueryMayNotHaveReachUsUnlessTomcatRefusesThem(String path) {
    RawAnswer answer = raw(path, "Accept: text/event-stream");
    if (container.isJetty()) {
      assertThat(answer.status()).isEqualTo(200);
    } else {
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.header("content-type")).startsWith("text/html");
      assertThat(answer.header("access-control-allow-origin")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"api/stocks/^GSPC", "api/stocks/A|B", "api/stocks/{symbol}"})
  void charactersThatAPathMayNotHaveEveryContainerRefuses(String path) {
    assertThat(raw(path, "Accept: */*").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "events/?topic=a",
        "api/stocks/",
        "api/notifications/",
        "health/live/",
        "session/"
      })
  void aPathWithASlashAtItsEndIsNone(String path) {
    assertThat(raw(path, "Accept: */*").status()).isEqualTo(404);
  }

  @Test
  void whatClientsSendIsAllowedToPagesOfOtherOrigins() {
    for (String header :
        List.of("accept", "cache-control", "last-event-id", "traceparent", "x-requested-with")) {
      HttpResponse<String> preflight =
          server.send(
              server
                  .request(
                      "events",
                      "Origin",
                      "https://shop.example",
                      "Access-Control-Request-Method",
                      "GET",
                      "Access-Control-Request-Headers",
                      header)
                  .method("OPTIONS", BodyPublishers.noBody()));
      assertThat(preflight.statusCode()).isEqualTo(204);
      assertThat(
              preflight.headers().firstValue("access-control-allow-headers").orElse("").split(", "))
          .contains(header);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"^GSPC", "EURUSD=X", "BRK.B", "M&M.NS", "BRK B", "0#.SPX", "A+B", "X:Y", ".DJI"})
  void aSymbolIsWhatExchangesWrite(String symbol) {
    String inUrl = UriText.encode(symbol);
    String path = "api/stocks/" + inUrl;
    try (OpenStream stream = server.stream("topic", "stocks/" + inUrl).opened()) {
      HttpResponse<String> made =
          server.json("PUT", path, "{\"name\":\"n\",\"price\":1,\"quantity\":1}");
      assertThat(made.statusCode()).isEqualTo(201);
      assertThat(made.headers().firstValue("location")).hasValue("/" + path);
      HttpResponse<String> got = server.get(path);
      assertThat(object(got.body()).getString("symbol")).isEqualTo(symbol);
      assertThat(server.json("PUT", path, got.body()).body()).isEqualTo(got.body());
      assertThat(server.get(path + "/prices").statusCode()).isEqualTo(200);
      assertThat(object(stream.next().data()).getString("symbol")).isEqualTo(symbol);
      assertThat(server.json("DELETE", path, "").statusCode()).isEqualTo(204);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a@b.c", "auth0|1", "https://id.example/a?b", "{user}", "o'brien", "J\u00fcrgen"})
  void aUserIsWhomAnIdentityProviderNames(String user) {
    String topic = "notifications/" + UriText.encode(user);
    assertThat(TopicFilter.parse("notifications/{user}").matches(new Topic(topic))).isTrue();
    String key = "Bearer " + Bellwether.KEY;
    try (OpenStream stream = server.stream(Map.of("Authorization", key), "topic", topic).opened()) {
      String body =
          Json.createObjectBuilder().add("title", "t").add("user", user).build().toString();
      HttpResponse<String> posted = server.json("POST", "api/notifications", body);
      assertThat(posted.statusCode()).isEqualTo(201);
      assertThat(object(stream.next().data()).getString("user")).isEqualTo(user);
    }
    String list =
        server.get("api/notifications?user=" + UriText.encode(user), "Authorization", key).body();
    assertThat(list).contains("\"title\":\"t\"");
  }

  private RawAnswer raw(String path, String header) {
    String host = header.startsWith("Host") ? "" : "Host: localhost\r\n";
    return RawAnswer.to(
        server,
        ("GET /" + path + " HTTP/1.1\r\n" + host + header + "\r\n\r\n").getBytes(ISO_8859_1));
  }

  private static JsonObject object(String text) {
    try (JsonReader reader = Json.createReader(new StringReader(text))) {
      return reader.readObject();
    }
  }
}
