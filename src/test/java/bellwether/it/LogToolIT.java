package bellwether.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does to the event log of a server that runs, by the WAR's command line. */
@Tag("soak")
@Timeout(120)
class LogToolIT {
  private static final Path WAR = Path.of("target", "bellwether.war").toAbsolutePath();
  private static final Pattern READY = Pattern.compile("ready: (http://localhost:[0-9]+/[^\\s]*)");
  private static final String KEY = "a-key-for-this-test";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path directory;

  @Test
  void looksIntoALogInUseAndABackupOfItCarriesOn() throws Exception {
    Path data = directory.resolve("data");
    Path restored = directory.resolve("restored");
    String log = data.resolve("log").toString();
    List<String> events = new ArrayList<>();
    String first;
    Process server = start(data, "log-1");
    try {
      URI site = awaitReady(server, "log-1");
      first = publish(site, "data=before", "topic=news");
      for (int i = 0; i < 20; i++) {
        publish(site, "data=n" + i, "topic=news");
        events.add("n" + i);
      }
      publish(site, "data=%C3%A4%0A%22", "topic=notes", "private=on", "type=note", "id=mine");

      assertThat(tool("verify", log)).as(errors()).isZero();
      assertThat(output()).contains("in use, or not closed in order\nwhole: ");
      assertThat(tool("list", log, "--topic=news", "--limit=2")).isZero();
      assertThat(output().lines().toList()).hasSize(2).first().asString().startsWith(first + "\t");
      assertThat(tool("export", log, "--after", first)).isZero();
      assertThat(output().lines().toList())
          .hasSize(21)
          .startsWith("{\"topic\":\"news\",\"data\":\"n0\"}")
          .endsWith(
              "{\"topic\":\"notes\",\"type\":\"note\",\"id\":\"mine\",\"private\":true,"
                  + "\"data\":\"ä\\n\\\"\"}");
      assertThat(errors()).as("what each server makes by itself").doesNotContain("Exception");
      HttpResponse<String> answer =
          post(site, "application/x-ndjson", output().replace("\"mine\"", "\"mine too\""));
      assertThat(answer.body()).startsWith("{\"ids\":[").contains(",\"mine too\"]}");
      events.addAll(List.copyOf(events));

      assertThat(tool("backup", log, restored.resolve("log").toString())).as(errors()).isZero();
      assertThat(output())
          .contains("copied 0000000000000000001.log", "copied manifest", "\nwhole: ");
      publish(site, "data=after+the+backup", "topic=news");
      assertThat(tool("verify", data.toString())).isEqualTo(2);
      assertThat(errors()).contains("but one is in " + log);
    } finally {
      server.destroyForcibly().waitFor();
    }

    Process second = start(restored, "log-2");
    try {
      URI site = awaitReady(second, "log-2");
      publish(site, "data=new", "topic=news");
      events.add("new");
      Path stream = directory.resolve("stream");
      Process reader =
          new ProcessBuilder(
                  "curl", "-sN", "-H", "Last-Event-ID: " + first, site + "events?topic=news")
              .redirectOutput(stream.toFile())
              .start();
      try {
        Await.until("the newest", LIMIT, () -> read(stream).contains("data: new\n\n"));
      } finally {
        reader.destroyForcibly().waitFor();
      }
      assertThat(read(stream)).doesNotContain("event: gap");
      assertThat(
              read(stream)
                  .lines()
                  .filter(line -> line.startsWith("data: ") && !line.startsWith("data: {"))
                  .map(line -> line.substring("data: ".length())))
          .isEqualTo(events);
    } finally {
      second.destroyForcibly().waitFor();
    }
  }

  private Process start(Path data, String log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(java(), "-Dbellwether.data=" + data, "-jar", WAR.toString(), "--port=0")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(log).toFile());
    builder.environment().put("BELLWETHER_PUBLISHER_KEY", KEY);
    return builder.start();
  }

  private URI awaitReady(Process server, String log) {
    Path file = directory.resolve(log);
    Await.until(
        "the server to be ready",
        LIMIT,
        () -> READY.matcher(read(file)).find() || !server.isAlive());
    Matcher ready = READY.matcher(read(file));
    assertThat(ready.find()).as(read(file)).isTrue();
    return URI.create(ready.group(1));
  }

  /** Returns what it ended with. */
  private int tool(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(java(), "-jar", WAR.toString(), "log"));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(directory.resolve("output").toFile())
            .redirectError(directory.resolve("errors").toFile())
            .start();
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private String output() {
    return read(directory.resolve("output"));
  }

  private String errors() {
    return read(directory.resolve("errors"));
  }

  private static String publish(URI site, String... fields) {
    HttpResponse<String> answer =
        post(site, "application/x-www-form-urlencoded", String.join("&", fields));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body().strip();
  }

  private static HttpResponse<String> post(URI site, String type, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(site.resolve("events"))
            .timeout(LIMIT)
            .header("Authorization", "Bearer " + KEY)
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(body))
            .build();
    return Await.value(
        site.toString(),
        LIMIT,
        HttpClient.newHttpClient().sendAsync(request, BodyHandlers.ofString()));
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file, UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
