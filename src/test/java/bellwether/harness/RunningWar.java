package bellwether.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that {@code java -jar} has started. */
public final class RunningWar implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern READY = Pattern.compile("ready: (http://localhost:[0-9]+/)");

  private final Process process;
  private final Path log;
  private final URI site;

  private RunningWar(Process process, Path log) {
    this.process = process;
    this.log = log;
    Await.until("it to be ready", LIMIT, () -> ready().find() || !process.isAlive());
    Matcher ready = ready();
    if (!ready.find()) {
      throw new AssertionError(log());
    }
    site = URI.create(ready.group(1));
  }

  /**
   * Returns when it is ready.
   *
   * @param log what it prints goes there
   * @param options more of the JVM's own
   */
  public static RunningWar start(Path war, Path temporary, Path data, Path log, String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-Dbellwether.data=" + data);
    command.add("-Dbellwether.publisher.key=" + Bellwether.KEY);
    command.addAll(List.of(options));
    command.addAll(List.of("-jar", war.toString(), "--port=0"));
    try {
      return new RunningWar(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start(),
          log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Matcher ready() {
    return READY.matcher(log());
  }

  public URI uri(String path) {
    return site.resolve(path);
  }

  public HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  public HttpResponse<String> send(HttpRequest.Builder request) {
    return Await.value(
        "an answer",
        LIMIT,
        HttpClient.newHttpClient().sendAsync(request.build(), BodyHandlers.ofString()));
  }

  /** All it has printed so far. */
  public String log() {
    try {
      return Files.readString(log, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGTERM, and wait. */
  public void terminate() {
    process.destroy();
    Await.value("its end", LIMIT, process.onExit());
  }

  /** SIGKILL, and wait. */
  public void kill() {
    process.destroyForcibly();
    Await.value("its end", LIMIT, process.onExit());
  }

  @Override
  public void close() {
    kill();
  }
}
