package bellwether.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Lists of topics that are too long for a URL are taken as a body, in every container. */
@ParameterizedClass
@EnumSource
class QueryIT {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final int MAX_TOPIC = 1024;

  private static final Bellwether.Shared servers =
      new Bellwether.Shared(server -> server.setting("bellwether.clock.interval", "1h"));

  private final Bellwether server;

  /** A hundred, each as long as one may be, and made of what is three characters in a form. */
  private final List<String> topics;

  QueryIT(Container container) {
    server = servers.on(container);
    String some = UUID.randomUUID().toString();
    topics =
        IntStream.range(100, 200)
            .mapToObj(i -> i + some + "/".repeat(MAX_TOPIC - 3 - some.length()))
            .toList();
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void aStreamOfAHundredLongTopicsOpensAndResumes() throws IOException, InterruptedException {
    String last = server.publish("topic", topics.get(0), "data", "1");
    server.publish("topic", topics.get(50), "data", "2");
    HttpRequest request =
        server
            .request("events", "Content-Type", FORM, "Last-Event-ID", last)
            .method("QUERY", BodyPublishers.ofString(body()))
            .build();
    HttpResponse<InputStream> answer =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
    server.publish("topic", "another", "data", "no");
    server.publish("topic", topics.get(99), "data", "3");
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), UTF_8))) {
      assertThat(lines.lines().filter(line -> line.matches("data: [^{].*")).limit(2))
          .containsExactly("data: 2", "data: 3");
    }
  }

  @Test
  void aPollOfThemAnswers() {
    String last = server.publish("topic", topics.get(0), "data", "1");
    server.publish("topic", topics.get(99), "data", "2");
    HttpResponse<String> answer = poll(FORM, body() + "&lastEventId=" + last);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"data\":\"2\"").doesNotContain("\"data\":\"1\"");
  }

  @Test
  void whatItsQueryAsksForCountsBesidesItsBody() {
    String last = server.publish("topic", topics.get(0), "data", "1");
    for (int i = 1; i <= 3; i++) {
      server.publish("topic", topics.get(i), "data", "of " + i);
    }
    String query = Bellwether.form("topic", topics.get(1), "lastEventId", last);
    HttpResponse<String> answer =
        server.send(
            server
                .request("events?" + query, "Content-Type", FORM, "Accept", "application/json")
                .method("QUERY", BodyPublishers.ofString(Bellwether.form("topic", topics.get(2)))));
    assertThat(answer.body()).contains("\"data\":\"of 1\"", "\"data\":\"of 2\"");
    assertThat(answer.body()).doesNotContain("of 3");
    HttpResponse<String> misspelt =
        server.send(
            server
                .request("events?topics=a", "Content-Type", FORM)
                .method("QUERY", BodyPublishers.ofString("topic=b")));
    assertThat(misspelt.statusCode()).isEqualTo(400);
  }

  @Test
  void aBodyThatIsNoFormIsRefused() {
    assertThat(poll("application/json", "{}").statusCode()).isEqualTo(415);
    assertThat(poll(FORM, "topic=%").statusCode()).isEqualTo(400);
    assertThat(poll(FORM, body() + "&topic=one-more").statusCode()).isEqualTo(400);
  }

  @Test
  void pagesOfOtherOriginsMaySendIt() {
    HttpResponse<String> preflight =
        server.send(
            server
                .request(
                    "events",
                    "Origin",
                    "https://elsewhere.example",
                    "Access-Control-Request-Method",
                    "QUERY")
                .method("OPTIONS", BodyPublishers.noBody()));
    assertThat(preflight.headers().firstValue("access-control-allow-methods").orElse(""))
        .contains("QUERY");
    assertThat(poll(FORM, body()).headers().firstValue("access-control-allow-origin"))
        .contains("*");
  }

  private HttpResponse<String> poll(String type, String body) {
    return server.send(
        server
            .request("events", "Content-Type", type, "Accept", "application/json")
            .method("QUERY", BodyPublishers.ofString(body)));
  }

  private String body() {
    return topics.stream()
        .map(topic -> Bellwether.form("topic", topic))
        .collect(Collectors.joining("&"));
  }
}
