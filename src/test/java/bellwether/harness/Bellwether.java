package bellwether.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The WAR in a container, ready, with a publisher's key; and how the outside talks to it. */
public final class Bellwether implements AutoCloseable {
  public static final String KEY = "only-the-tests-know-this-key";
  public static final Duration LIMIT = Duration.ofSeconds(15);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final ServerProcess.Builder builder;
  private final TemporaryDirectory data;
  private final String tables;
  private ServerProcess process;

  private Bellwether(ServerProcess.Builder builder, TemporaryDirectory data, String tables) {
    this.builder = builder;
    this.process = builder.start();
    this.data = data;
    this.tables = tables;
  }

  /** Returns when it is ready. Its tables are open to other programs: see {@link #sql}. */
  public static Bellwether start(
      Container container, UnaryOperator<ServerProcess.Builder> settings) {
    Bellwether started = launch(container, settings);
    try {
      started.awaitReadiness(200);
      return started;
    } catch (RuntimeException | Error e) {
      started.close();
      throw e;
    }
  }

  /** Returns when it answers, though it may not be ready. */
  public static Bellwether launch(
      Container container, UnaryOperator<ServerProcess.Builder> settings) {
    TemporaryDirectory data = TemporaryDirectory.create("bellwether-data");
    String tables = "jdbc:h2:file:" + data.path().resolve("tables");
    ServerProcess.Builder builder =
        ServerProcess.on(container)
            .jvmArgument("-XX:TieredStopAtLevel=1") // it lives too briefly for more
            // As Tomcat's own scripts have it: it looks for what an application leaves behind.
            .jvmArgument("--add-opens=java.base/java.lang=ALL-UNNAMED")
            .jvmArgument("--add-opens=java.base/java.io=ALL-UNNAMED")
            .jvmArgument("--add-opens=java.base/java.util=ALL-UNNAMED")
            .jvmArgument("--add-opens=java.base/java.util.concurrent=ALL-UNNAMED")
            .jvmArgument("--add-opens=java.rmi/sun.rmi.transport=ALL-UNNAMED")
            .setting("bellwether.data", data.path().toString())
            .setting("bellwether.log.sync", "never") // kills do no harm, and no test cuts the power
            .setting("bellwether.database.url", tables + ";AUTO_SERVER=TRUE;WRITE_DELAY=0")
            .setting("bellwether.publisher.key", KEY);
    try {
      return new Bellwether(settings.apply(builder), data, tables);
    } catch (RuntimeException | Error e) {
      data.close();
      throw e;
    }
  }

  /** Names and values in turns, as a form or a query. */
  public static String form(String... namesAndValues) {
    StringJoiner form = new StringJoiner("&");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      form.add(encoded(namesAndValues[i]) + '=' + encoded(namesAndValues[i + 1]));
    }
    return form.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  public ServerProcess process() {
    return process;
  }

  /** Starts it again over the same data, after its end; returns when it answers. */
  public void launchAgain() {
    process = builder.start();
  }

  /** Kills it, and starts it again over the same data; returns when it is ready. */
  public void killAndStart() {
    process.kill();
    startAgain();
  }

  /** Tells it to stop, and starts it again over the same data; returns when it is ready. */
  public void stopAndStart() {
    process.terminate();
    startAgain();
  }

  private void startAgain() {
    process = builder.start();
    awaitReadiness(200);
  }

  /** Where it keeps its event log. */
  public Path log() {
    return data.path().resolve("log");
  }

  public URI uri(String path) {
    return process.uri(path);
  }

  /** Opens a stream of what the query, in names and values, asks for. */
  public OpenStream stream(String... query) {
    return stream(Map.of(), query);
  }

  public OpenStream stream(Map<String, String> headers, String... query) {
    return OpenStream.open(events(query), headers);
  }

  public URI events(String... query) {
    return uri("events" + (query.length == 0 ? "" : "?" + form(query)));
  }

  /** Publishes a form, in names and values, and returns the event's id. */
  public String publish(String... form) {
    HttpResponse<String> answer = postForm(form(form));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  /** A line of JSON for each event. */
  public HttpResponse<String> postLines(String lines) {
    return post("events", "application/x-ndjson", lines);
  }

  /** An update of the Mercure protocol. */
  public HttpResponse<String> postMercure(String form) {
    return post(".well-known/mercure", "application/x-www-form-urlencoded", form);
  }

  private HttpResponse<String> post(String path, String type, String body) {
    return send(
        request(path)
            .header("Authorization", "Bearer " + KEY)
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(body)));
  }

  /** With the key, and headers in names and values. */
  public HttpResponse<String> postForm(String form, String... headers) {
    return send(
        request("events", headers)
            .header("Authorization", "Bearer " + KEY)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form)));
  }

  /** Sends JSON, with the key. */
  public HttpResponse<String> json(String method, String path, String body) {
    return send(
        request(path)
            .header("Authorization", "Bearer " + KEY)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body)));
  }

  public HttpResponse<String> get(String path, String... headers) {
    return send(request(path, headers));
  }

  public HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(LIMIT);
    return headers.length == 0 ? request : request.headers(headers);
  }

  public HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    }
  }

  /** Sends it, and does not wait; whoever needs the answer has to, for a bounded time. */
  public CompletableFuture<HttpResponse<String>> begin(HttpRequest.Builder request) {
    return http.sendAsync(request.build(), BodyHandlers.ofString());
  }

  /** The sum of a metric over all its labels; 0 if there is none. */
  public long metric(String name) {
    HttpResponse<String> answer = get("metrics", "Authorization", "Bearer " + KEY);
    assertThat(answer.statusCode()).isEqualTo(200);
    Matcher line =
        Pattern.compile("^" + name + "(?:\\{.*})? (\\S+)$", Pattern.MULTILINE)
            .matcher(answer.body());
    double sum = 0;
    while (line.find()) {
      sum += Double.parseDouble(line.group(1));
    }
    return (long) sum;
  }

  public void awaitOpenStreams(long count, Duration limit) {
    Await.until(count + " streams", limit, () -> metric("bellwether_streams_open") == count);
  }

  public void awaitReadiness(int status) {
    Await.until(
        "readiness " + status,
        Duration.ofSeconds(30),
        () -> get("health/ready").statusCode() == status);
  }

  /** Changes the tables as another program does: not through the server's code. */
  public void sql(String statement) {
    try (Connection connection = ForeignProgram.connect(tables + ";AUTO_SERVER=TRUE");
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.close();
    data.close();
  }

  /** One server for the tests of a class, in one container after the other. */
  public static final class Shared implements AutoCloseable {
    private final BiFunction<Container, ServerProcess.Builder, ServerProcess.Builder> settings;
    private final Map<Container, Bellwether> running = new HashMap<>();

    public Shared(UnaryOperator<ServerProcess.Builder> settings) {
      this((container, server) -> settings.apply(server));
    }

    /** For settings that each container calls something else. */
    public Shared(BiFunction<Container, ServerProcess.Builder, ServerProcess.Builder> settings) {
      this.settings = settings;
    }

    /** The server in that container; those in the others, whose tests are over, are stopped. */
    public Bellwether on(Container container) {
      @Nullable Bellwether server = running.get(container);
      if (server == null) {
        close();
        server = start(container, builder -> settings.apply(container, builder));
        running.put(container, server);
      }
      return server;
    }

    @Override
    public void close() {
      running.values().forEach(Bellwether::close);
      running.clear();
    }
  }
}
