package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Browser;
import bellwether.harness.BrowserTest;
import bellwether.harness.Container;
import bellwether.harness.ProcessOutput;
import bellwether.harness.Site;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands and pages that the documents print, run as they stand, against a demo server. */
@Tag("soak")
class DocumentsIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Site site = Site.demo(Container.OWN);

  /** Streams go on in the background, once they have begun; of the others the status is noted. */
  private static final String PRELUDE =
      """
      set -u
      streams=0
      curl() {
        if [[ $1 == -sN ]]; then
          streams=$((streams + 1))
          command curl "$@" > "stream-$streams" &
          for attempt in {1..300}; do [[ -s "stream-$streams" ]] && return; sleep 0.05; done
          echo 'nothing came'
        else
          command curl -w '%{stderr}%{http_code}\\n' "$@" 2>> statuses
        fi
      }
      """;

  @TempDir Path directory = Path.of("");

  @AfterAll
  static void stop() {
    site.close();
  }

  @Test
  void theReadmesCommandsDoWhatItSays() throws Exception {
    assertThat(run("README.md", "Hello, world", "You missed this")).containsOnly("200");
    assertThat(stream(1)).contains("event: cursor", "data: Hello, world", "data: You missed this");
    assertThat(stream(2)).contains("data: You missed this").doesNotContain("data: Hello, world");
  }

  @Test
  void theTutorialsCommandsDoWhatItSays() throws Exception {
    List<String> statuses = run("src/site/markdown/tutorial.md", "two");
    assertThat(statuses)
        .filteredOn(s -> !s.equals("200"))
        .containsExactly("412", "204", "201", "201", "400");
    assertThat(stream(1)).contains("event: headline\ndata: two\ndata: lines");
    assertThat(stream(3)).contains("data: two").doesNotContain("data: one");
    assertThat(stream(4)).contains("event: gap", "\"reason\":\"unknown\"");
    assertThat(stream(5)).contains("event: stock", "201.50", "event: notification");
  }

  @Test
  void theCommandsOfOperationsDoWhatTheySay() throws Exception {
    assertThat(run("src/site/markdown/operations.md"))
        .containsExactly("401", "200", "200", "200", "503", "200");
  }

  @Test
  @BrowserTest
  void theReadmesPageShowsWhatIsPublished() throws Exception {
    try (Browser browser = Browser.chromium();
        Page page = new Page(html("README.md"))) {
      browser.open(page.uri());
      browser.await("the clock", "document.getElementById('out').textContent.includes('Z\\n')");
      assertThat(site.postForm("events", "topic=news&data=Hello").statusCode()).isEqualTo(200);
      browser.awaitText("#out", "Hello");
    }
  }

  @Test
  @BrowserTest
  void theTutorialsPageShowsStocksAndNotifications() throws Exception {
    try (Browser browser = Browser.chromium();
        Page page = new Page(html("src/site/markdown/tutorial.md"))) {
      browser.open(page.uri());
      browser.awaitText("#out", " stocks, ");
      assertThat(site.post("api/notifications", "{\"title\":\"Just in\"}").statusCode())
          .isBetween(200, 201);
      browser.awaitText("#out", "Just in");
    }
  }

  /** Runs a document's commands in one shell, and returns the statuses of the answers, in order. */
  private List<String> run(String document, String... awaited) throws Exception {
    String commands = String.join("\n", blocks(document, "sh"));
    assertThat(commands).isNotEmpty();
    StringBuilder script = new StringBuilder(PRELUDE).append(here(commands)).append('\n');
    for (String text : awaited) { // what was published reaches the last stream, too
      script.append(
          "for attempt in {1..300}; do grep -q '%s' \"stream-$streams\" && break; sleep 0.05; done\n"
              .formatted(text));
    }
    script.append("kill $(jobs -p) 2> /dev/null; wait\n");
    Process shell =
        new ProcessBuilder("bash", "-c", script.toString()).directory(directory.toFile()).start();
    ProcessOutput output = new ProcessOutput(document, shell);
    if (!shell.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
      throw new AssertionError("Not within " + LIMIT + ":\n" + output.text());
    }
    output.awaitEnd();
    assertThat(output.text()).doesNotContain("nothing came", "command not found", "unbound");
    return Files.readAllLines(directory.resolve("statuses"));
  }

  private String stream(int number) throws IOException {
    return Files.readString(directory.resolve("stream-" + number));
  }

  private static String html(String document) throws IOException {
    return here(blocks(document, "html").get(0));
  }

  /** The text, for the server of this test. */
  private static String here(String text) {
    return text.replace("http://localhost:8080/", site.page("").toString());
  }

  private static List<String> blocks(String document, String language) throws IOException {
    String text = Files.readString(Path.of(document));
    Stream<MatchResult> blocks =
        Pattern.compile("^```" + language + "\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(text)
            .results();
    return blocks.map(block -> block.group(1)).toList();
  }

  /** A page of another origin. */
  private static final class Page implements AutoCloseable {
    private final HttpServer server;

    Page(String html) throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html;charset=utf-8");
            exchange.sendResponseHeaders(200, bytes.length);
            try (exchange) {
              exchange.getResponseBody().write(bytes);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      server.start();
    }

    URI uri() {
      return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
