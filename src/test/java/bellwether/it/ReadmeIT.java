package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.ProcessOutput;
import bellwether.harness.SseClient;
import bellwether.wire.EventStreamParser;
import bellwether.wire.MessageEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README tells a newcomer to type, typed. */
@Tag("soak")
class ReadmeIT {
  private static final Duration START_LIMIT = Duration.ofMinutes(5);
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final List<String> NEEDED = List.of("pom.xml", ".mvn", "src/main", "webapp");

  @TempDir Path checkout = Path.of("");

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void oneCommandStartsAServerWithLiveStocks() throws Exception {
    for (String name : NEEDED) {
      copy(Path.of(name));
    }
    int port = freePort();
    Process maven =
        new ProcessBuilder(maven(), "-B", "jetty:run", "-Djetty.http.port=" + port)
            .directory(checkout.toFile())
            .start();
    ProcessOutput output = new ProcessOutput("mvn jetty:run", maven);
    List<ProcessHandle> processes = List.of();
    try {
      URI root = URI.create("http://localhost:" + port + "/");
      Await.until(
          "the page", START_LIMIT, () -> !maven.isAlive() || answers(root.resolve("stocks.html")));
      assertThat(maven.isAlive()).as(output.text()).isTrue();
      processes = Stream.concat(Stream.of(maven.toHandle()), maven.descendants()).toList();
      streamsTheBoard(root.resolve("events?topic=stocks"));
    } finally {
      maven.toHandle().destroy();
      if (!maven.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        maven.descendants().forEach(ProcessHandle::destroyForcibly);
        maven.destroyForcibly().waitFor();
      }
    }
    assertThat(processes).isNotEmpty().noneMatch(ProcessHandle::isAlive);
    assertThat(output.text()).contains("DEMO MODE").doesNotContain("[ERROR]", "SEVERE");
  }

  private static void streamsTheBoard(URI stream) {
    List<MessageEvent> events = new CopyOnWriteArrayList<>();
    EventStreamParser parser = new EventStreamParser(events::add);
    try (SseClient client = SseClient.open(stream, Map.of(), parser::feed)) {
      assertThat(client.status()).isEqualTo(200);
      Await.until("the board and a change", LIMIT, () -> boards(events).count() >= 2);
    }
    // Before or after the first board: the server may have been quick to answer.
    assertThat(events.stream().map(MessageEvent::type)).containsOnlyOnce("cursor");
    assertThat(boards(events)).doesNotHaveDuplicates().allMatch(b -> b.contains("\"timestamp\":"));
  }

  private static Stream<String> boards(List<MessageEvent> events) {
    return events.stream()
        .filter(event -> event.type().equals("message"))
        .map(MessageEvent::data)
        .filter(data -> data.startsWith("{\"stocks\":[{\"symbol\":\"AAPL\""));
  }

  private boolean answers(URI page) {
    try {
      HttpRequest request = HttpRequest.newBuilder(page).timeout(LIMIT).build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    }
  }

  private void copy(Path source) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = checkout.resolve(file.toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.createDirectories(copy.resolveSibling(""));
          Files.copy(file, copy);
        }
      }
    }
  }

  /** The one that runs this test, or else the one on the PATH. */
  private static String maven() {
    String home = System.getProperty("maven.home");
    return home == null ? "mvn" : Path.of(home, "bin", "mvn").toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
