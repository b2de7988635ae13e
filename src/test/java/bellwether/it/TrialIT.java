package bellwether.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.ServerProcess;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
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
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The trial cluster, which {@code mvn -Ptrial verify} starts, shows what it is to show. */
@Tag("soak")
@Timeout(300)
class TrialIT {
  private static final Path SOURCES = Path.of("src", "trial").toAbsolutePath();
  private static final Pattern ADDRESS = Pattern.compile("Open (http://127.0.0.1:[0-9]+/trial/)");
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir private Path directory;
  private Process trial;
  private URI page;

  @BeforeEach
  void start() throws Exception {
    Path classes = Files.createDirectory(directory.resolve("classes"));
    String classPath = classes + File.pathSeparator + System.getProperty("java.class.path");
    compile(classes, classPath);
    trial =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dtrial.port=0",
                "-Dtrial.open=false",
                "-cp",
                classPath,
                "bellwether.trial.Trial",
                ServerProcess.war().toString(),
                SOURCES.resolve("web").toString(),
                files().toString())
            .redirectErrorStream(true)
            .redirectOutput(output().toFile())
            .start();
    Await.until("its address", LIMIT, () -> address().find() || !trial.isAlive());
    Matcher address = address();
    assertThat(address.find()).as(read(output())).isTrue();
    page = URI.create(address.group(1));
  }

  private static void compile(Path classes, String classPath) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-proc:none", "-d", classes.toString()));
    arguments.addAll(List.of("-cp", classPath));
    try (Stream<Path> files = Files.walk(SOURCES.resolve("java"))) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .map(Path::toString)
          .forEach(arguments::add);
    }
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(status).isZero();
  }

  @AfterEach
  void end() throws Exception {
    trial.destroy();
    if (!trial.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      trial.destroyForcibly().waitFor();
    }
  }

  @Test
  void nothingIsLostWhateverIsKilledAndNothingIsLeftBehind() {
    Await.until("all streams", LIMIT, () -> streams() == 6);
    post("node-1/kill");
    Await.until("all on others", LIMIT, () -> node(0).getInt("streams") == 0 && streams() == 6);
    post("node-1/start");
    awaitCondition(0, "up");
    post("node-2/pause");
    Await.until("all on others", LIMIT, () -> node(1).getInt("streams") == 0);
    awaitProgress();
    post("node-2/resume");
    post("node-1/kill");
    post("node-3/kill");
    Await.until("all on the last", LIMIT, () -> node(1).getInt("streams") == 6);
    awaitProgress();
    for (JsonObject reader : state().getJsonArray("readers").getValuesAs(JsonObject.class)) {
      assertThat(reader.getInt("received")).isPositive();
      assertThat(reader.getInt("missing")).isZero();
      assertThat(reader.getInt("doubled")).isZero();
      assertThat(reader.getInt("gaps")).isZero();
    }

    List<ProcessHandle> processes = trial.descendants().toList();
    assertThat(processes).isNotEmpty();
    post("stop");
    Await.until("its end", LIMIT, () -> !trial.isAlive());
    Await.until(
        "the end of all", LIMIT, () -> processes.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(files()).doesNotExist();
  }

  @Test
  void onlyThisMachineHasAnySay() {
    assertThat(send(request("").GET()).body()).contains("<h1>");
    assertThat(send(request("").GET()).headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'none'"));
    HttpRequest.Builder post = request("node-1/kill").POST(BodyPublishers.noBody());
    assertThat(send(post.header("Origin", "http://evil.example")).statusCode()).isEqualTo(403);
    assertThat(send(request("node-9/kill").POST(BodyPublishers.noBody())).statusCode())
        .isEqualTo(404);
    assertThat(send(request("../../pom.xml").GET()).statusCode()).isEqualTo(404);
    assertThat(state().getJsonArray("nodes")).hasSize(3);
  }

  private int streams() {
    return state().getJsonArray("streams").size();
  }

  private void awaitCondition(int number, String condition) {
    Await.until(condition, LIMIT, () -> node(number).getString("condition").equals(condition));
  }

  /** Waits until all readers have got something that was published later. */
  private void awaitProgress() {
    int next = state().getInt("published") + 1;
    Await.until(
        "number " + next,
        LIMIT,
        () ->
            state().getJsonArray("readers").getValuesAs(JsonObject.class).stream()
                .allMatch(reader -> reader.getInt("last") >= next));
  }

  private JsonObject node(int number) {
    return state().getJsonArray("nodes").getJsonObject(number);
  }

  private JsonObject state() {
    try (JsonReader reader =
        Json.createReader(new StringReader(send(request("state").GET()).body()))) {
      return reader.readObject();
    }
  }

  private void post(String action) {
    assertThat(send(request(action).POST(BodyPublishers.noBody())).statusCode()).isEqualTo(204);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(page + path)).timeout(LIMIT);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    return Await.value(
        "an answer", LIMIT, http.sendAsync(request.build(), BodyHandlers.ofString(UTF_8)));
  }

  private Path files() {
    return directory.resolve("trial");
  }

  private Path output() {
    return directory.resolve("output");
  }

  private Matcher address() {
    return ADDRESS.matcher(read(output()));
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file, UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
