package bellwether.pages;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Under a context path of its own everything works as it does at the root. */
@Tag("soak")
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN")
class SubPathIT {
  private static final Pattern LINK =
      Pattern.compile("(?:href|src)=\"([^\"#]+)[^\"]*\"|from '([^']+)'");

  /** What each kind of file is, by the end of its name; a page may have none. */
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html",
          "js", "text/javascript",
          "css", "text/css",
          "svg", "image/svg+xml",
          "/", "text/html",
          "ready", "application/json");

  private static final Bellwether.Shared servers =
      new Bellwether.Shared(server -> server.contextPath("/bellwether"));

  private final Bellwether server;

  SubPathIT(Container container) {
    server = servers.on(container);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void streamsAndPublishes() {
    try (OpenStream stream = server.stream("topic", "log/a").opened()) {
      String id = server.publish("topic", "log/a", "data", "here");
      assertThat(stream.next().lastEventId()).isEqualTo(id);
    }
    assertThat(server.uri("events").getPath()).isEqualTo("/bellwether/events");
  }

  @Test
  void saysWhereWhatWasMadeIs() {
    String acme = "{\"name\":\"Acme\",\"price\":1,\"quantity\":1}";
    HttpResponse<String> made = server.json("PUT", "api/stocks/ACME", acme);
    assertThat(made.statusCode()).isEqualTo(201);
    URI location = server.uri("api/stocks/ACME");
    assertThat(made.uri().resolve(made.headers().firstValue("location").orElse("")))
        .isEqualTo(location);
    assertThat(server.get("api/stocks/ACME").statusCode()).isEqualTo(200);
    assertThat(server.json("POST", "api/notifications", "{\"title\":\"a\"}").statusCode())
        .isEqualTo(201);
    assertThat(server.get("api/notifications").body()).contains("\"title\":\"a\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "index.html", "stocks.html", "notifications.html"})
  void servesThePageAndWhateverItLinksTo(String page) {
    Set<URI> seen = new LinkedHashSet<>();
    visit(server.uri("/").resolve(page), seen);
    assertThat(seen).hasSizeGreaterThan(5);
  }

  /** Fetches a file and, if it has not been seen before, what it refers to. */
  private void visit(URI uri, Set<URI> seen) {
    if (!seen.add(uri)) {
      return;
    }
    assertThat(uri.getPath()).startsWith("/bellwether/");
    HttpResponse<String> answer = server.get(uri.getPath().substring("/bellwether".length()));
    assertThat(answer.statusCode()).as(uri.toString()).isEqualTo(200);
    String path = uri.getPath();
    String kind =
        path.endsWith("/")
            ? "/"
            : path.substring(path.lastIndexOf(path.contains(".") ? '.' : '/') + 1);
    String type = answer.headers().firstValue("content-type").orElse("");
    assertThat(type.split(";", 2)[0]).as(path).isEqualTo(TYPES.get(kind));
    assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
        .contains("default-src 'none'");
    List<String> links =
        LINK.matcher(answer.body())
            .results()
            .map(found -> found.group(1) != null ? found.group(1) : found.group(2))
            .toList();
    links.forEach(link -> visit(uri.resolve(link), seen));
  }

  @Test
  void leadsToItsFrontPage() {
    HttpResponse<String> answer = server.get("");
    assertThat(answer.statusCode()).isEqualTo(200);
    URI withoutSlash = URI.create(server.uri("/").toString().replaceAll("/$", ""));
    HttpResponse<String> redirect =
        server.send(HttpRequest.newBuilder(withoutSlash).timeout(Bellwether.LIMIT));
    assertThat(redirect.statusCode()).isBetween(301, 308);
    assertThat(withoutSlash.resolve(redirect.headers().firstValue("location").orElse("")))
        .isEqualTo(server.uri("/"));
  }

  @Test
  void answersHealthAndProblems() {
    assertThat(server.get("health/ready").body()).contains("\"status\":\"UP\"");
    assertThat(server.get("demo/status").body()).isEqualTo("{\"demo\":false}");
    HttpResponse<String> missing = server.get("nowhere");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.headers().firstValue("content-type")).hasValue("application/problem+json");
  }
}
