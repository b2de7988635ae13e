package bellwether.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.SelfSigned;
import bellwether.harness.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Proves that the very file which deploys to a container also runs by itself. */
@Timeout(60)
class RunnableWarIT {
  private static final Path WAR = Path.of("target", "bellwether.war").toAbsolutePath();
  private static final Pattern READY =
      Pattern.compile("ready: (https?://localhost:[0-9]+/[^\\s]*)");

  @TempDir Path directory;

  @Test
  void servesPagesAndStreamsAndSaysGoodByeWhenToldToEnd() throws Exception {
    Path log = directory.resolve("log");
    Process server = start(log, List.of("-Dbellwether.demo=true"), "--port=0");
    try {
      URI site = awaitReady(server, log);
      assertThat(get(site.resolve("stocks.html"))).contains("<html");
      assertThat(status(site.resolve("WEB-INF/web.xml"))).isEqualTo(404);
      Await.until(
          "the tables",
          Duration.ofSeconds(20),
          () -> get(site.resolve("health/ready")).contains("\"UP\",\"checks"));
      Process reader =
          new ProcessBuilder("curl", "-sN", site.resolve("events?topic=none").toString())
              .redirectOutput(directory.resolve("stream").toFile())
              .start();
      Await.until(
          "the stream to open",
          Duration.ofSeconds(10),
          () -> read(directory.resolve("stream")).contains("event: cursor"));

      server.toHandle().destroy();

      assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(reader.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(reader.exitValue()).as("a clean end of the stream").isZero();
      assertThat(read(directory.resolve("stream"))).contains("event: shutdown\nretry: ");
      assertThat(read(log)).contains("DEMO MODE", "Closed 1 streams").doesNotContain("SEVERE");
    } finally {
      server.destroyForcibly();
    }
  }

  /** With the key store's password from the environment, and no plain HTTP at all. */
  @Test
  void servesHttp2OverTlsAndSaysGoodByeThereToo() throws Exception {
    Path keyStore = SelfSigned.create("EC", directory).keyStore();
    Path log = directory.resolve("log");
    Process server =
        start(
            log,
            List.of("-Dbellwether.demo=true"),
            "--port=none",
            "--tls-port=0",
            "--tls-keystore=" + keyStore);
    try {
      URI site = awaitReady(server, log);
      assertThat(site.getScheme()).isEqualTo("https");
      Path stream = directory.resolve("stream");
      Process reader =
          curl(stream, "-N", "--http2", "-i", site.resolve("events?topic=news").toString());
      Await.until(
          "the stream to open",
          Duration.ofSeconds(10),
          () -> read(stream).contains("event: cursor"));
      assertThat(read(stream)).startsWith("HTTP/2 200");

      // Whoever sits at this machine may publish: HTTP/2 has no Host header, but says the same.
      Path answer = directory.resolve("answer");
      Process publisher =
          curl(answer, "-d", "topic=news", "-d", "data=hi", site.resolve("events").toString());
      assertThat(publisher.waitFor(10, TimeUnit.SECONDS)).isTrue();
      Await.until("the event", Duration.ofSeconds(10), () -> read(stream).contains("data: hi\n\n"));

      server.toHandle().destroy();

      assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(reader.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(reader.exitValue()).as("a clean end of the stream").isZero();
      assertThat(read(stream)).contains("event: shutdown\nretry: ");
      assertThat(read(log)).contains("Closed 1 streams").doesNotContain(SelfSigned.PASSWORD);
    } finally {
      server.destroyForcibly();
    }
  }

  private static Process curl(Path output, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("curl", "-sk"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectOutput(output.toFile()).start();
  }

  @Test
  void aKeyStoreThatIsNotThereStopsItWithOneLine() throws Exception {
    assertThat(
            output(List.of(), "--tls-port=0", "--tls-keystore=" + directory.resolve("no.p12"))
                .lines()
                .toList())
        .singleElement()
        .asString()
        .startsWith("Not started: ")
        .endsWith("no.p12: there is no such file");
  }

  @Test
  void servesUnderAPath() throws Exception {
    Path log = directory.resolve("log");
    Process server = start(log, List.of(), "--port=0", "--context-path=/shop/live");
    try {
      URI site = awaitReady(server, log);
      assertThat(site.getPath()).isEqualTo("/shop/live/");
      assertThat(get(site.resolve("health/live"))).contains("UP");
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void tellsItsVersionAndItsOptions() throws Exception {
    assertThat(output(List.of(), "--version")).startsWith("bellwether 0.");
    assertThat(output(List.of(), "--help")).contains("--port PORT", "bellwether.publisher.key");
  }

  @Test
  void aWrongSettingStopsItWithOneLineThatNamesIt() throws Exception {
    String output = output(List.of("-Dbellwether.heartbeat=soon"), "--port=0");
    assertThat(output.lines().toList())
        .singleElement()
        .asString()
        .contains("bellwether.heartbeat must be a duration");
  }

  @Test
  void aWrongOptionStopsItWithOneLine() throws Exception {
    assertThat(output(List.of(), "--prot=1").lines().toList())
        .singleElement()
        .asString()
        .startsWith("there is no option --prot");
  }

  private Process start(Path log, List<String> properties, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dbellwether.data=" + directory.resolve("data"));
    command.addAll(properties);
    command.addAll(List.of("-jar", WAR.toString()));
    command.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("BELLWETHER_TLS_PASSWORD", SelfSigned.PASSWORD);
    return builder.start();
  }

  private String output(List<String> properties, String... options) throws Exception {
    Path log = directory.resolve("log");
    Process process = start(log, properties, options);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return read(log);
  }

  private static URI awaitReady(Process server, Path log) {
    Await.until(
        "the server to be ready",
        Duration.ofSeconds(30),
        () -> READY.matcher(read(log)).find() || !server.isAlive());
    Matcher ready = READY.matcher(read(log));
    assertThat(ready.find()).as(read(log)).isTrue();
    return URI.create(ready.group(1));
  }

  private static String get(URI uri) {
    return send(uri).body();
  }

  private static int status(URI uri) {
    return send(uri).statusCode();
  }

  private static HttpResponse<String> send(URI uri) {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
    return Await.value(
        uri.toString(),
        Duration.ofSeconds(15),
        HttpClient.newHttpClient().sendAsync(request, BodyHandlers.ofString()));
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file, UTF_8) : "";
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
