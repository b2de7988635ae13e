package bellwether.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.RawAnswer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tomcat with the settings of its own that the documents name. What it does without them is in
 * {@link OddRequestsIT}.
 */
@Tag("soak")
@ParameterizedClass
@EnumSource(names = {"TOMCAT_11", "TOMCAT_10_1"})
class RelaxedTomcatIT {
  /** Characters that a URL may not have, and that browsers leave as they are in a query. */
  private static final String QUERY = "{}|";

  private static final String PATH = "^|";

  private static final Bellwether.Shared stock = new Bellwether.Shared(server -> server);
  private static final Bellwether.Shared relaxed =
      new Bellwether.Shared(
          server ->
              server
                  .connector("relaxedQueryChars", QUERY)
                  .connector("relaxedPathChars", PATH)
                  .connector(
                      "errorReportValveClass", "org.apache.catalina.valves.JsonErrorReportValve"));

  private final Container container;

  RelaxedTomcatIT(Container container) {
    this.container = container;
  }

  @AfterAll
  static void stop() {
    stock.close();
    relaxed.close();
  }

  @Test
  void withRelaxedQueryCharsATemplateMayStandInAUrlAsItIs() {
    Bellwether server = relaxed.on(container);
    server.publish("topic", "log/a", "data", "for all of them");
    RawAnswer poll = get(server, "events?topic=log/{name}&lastEventId=earliest");
    assertThat(poll.status()).isEqualTo(200);
    assertThat(poll.body()).contains("\"data\":\"for all of them\"");
    assertThat(get(server, "api/notifications?user=auth0|1").status()).isEqualTo(401); // by us
  }

  @Test
  void withRelaxedPathCharsASymbolMayStandInAUrlAsItIs() {
    Bellwether server = relaxed.on(container);
    String stock = "{\"name\":\"S&P 500\",\"price\":1,\"quantity\":1}";
    assertThat(server.json("PUT", "api/stocks/%5EGSPC", stock).statusCode()).isEqualTo(201);
    assertThat(get(server, "api/stocks/^GSPC").body()).contains("\"symbol\":\"^GSPC\"");
  }

  static Stream<String> refused() {
    String large = "x".repeat(9000);
    return Stream.of(
            "GET /events?topic=[a] HTTP/1.1",
            "GET /events%2Fa HTTP/1.1",
            "GET /events HTTP/3.1",
            "GET /events HTTP/1.1\r\nExpect: much",
            "GET /events HTTP/1.1\r\nTransfer-Encoding: none",
            "GET /events HTTP/1.1\r\nHost: a:b:c",
            "GET /events?topic=" + large + " HTTP/1.1",
            "GET /events HTTP/1.1\r\nCookie: " + large)
        .map(head -> head + "\r\nHost: a\r\n\r\n");
  }

  @ParameterizedTest
  @MethodSource("refused")
  void withTheJsonValveWhatItRefusesIsJsonOfItsOwnShapeForNoOtherOrigin(String request) {
    RawAnswer asItComes = RawAnswer.to(stock.on(container), request);
    RawAnswer json = RawAnswer.to(relaxed.on(container), request);
    assertThat(asItComes.header("content-type")).startsWith("text/html");
    assertThat(json.header("content-type")).startsWith("application/json");
    assertThat(json.status()).isEqualTo(asItComes.status()).isGreaterThanOrEqualTo(400);
    assertThat(json.header("access-control-allow-origin")).isEmpty();
    try (JsonReader reader = Json.createReader(new StringReader(json.body()))) {
      JsonObject report = reader.readObject();
      assertThat(report.getInt("status")).isEqualTo(json.status());
      assertThat(report).containsKeys("type", "description").doesNotContainKeys("title", "detail");
    }
  }

  @Test
  void withTheJsonValveWhatWeRefuseIsProblemJsonAllTheSame() {
    Bellwether server = relaxed.on(container);
    for (String path : List.of("events?topics=a", "nothing", "WEB-INF/web.xml")) {
      assertThat(get(server, path).header("content-type")).isEqualTo("application/problem+json");
    }
  }

  private static RawAnswer get(Bellwether server, String path) {
    return RawAnswer.to(
        server,
        ("GET /" + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n")
            .getBytes(ISO_8859_1));
  }
}
