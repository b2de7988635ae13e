package bellwether.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A server that does to the client module what ours would not: it gives the requests for {@code
 * /events} the answers of a script, one after the other and the last one again and again, and
 * remembers them. Polls have a script of their own.
 */
public final class ScriptedServer implements AutoCloseable {
  private static final String MODULE = "js/bellwether-client.js";

  /** One request for events. */
  public record Request(
      long nanos,
      String method,
      String path,
      @Nullable String lastEventId,
      @Nullable String authorization,
      @Nullable String prefer) {}

  /** What is done with a request. */
  @FunctionalInterface
  public interface Answer {
    void to(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<Request> streams = new CopyOnWriteArrayList<>();
  private final List<Request> polls = new CopyOnWriteArrayList<>();
  private volatile List<Answer> streamScript = List.of();
  private volatile List<Answer> pollScript = List.of();

  public ScriptedServer() {
    byte[] module = module();
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", exchange -> send(exchange, 200, "text/html", new byte[0]));
    server.createContext("/" + MODULE, exchange -> send(exchange, 200, "text/javascript", module));
    server.createContext("/events", this::answer);
    server.start();
  }

  /** As the WAR has it. */
  private static byte[] module() {
    try (ZipFile war = new ZipFile(ServerProcess.war().toFile());
        InputStream module = war.getInputStream(war.getEntry(MODULE))) {
      return module.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /** Forgets what was asked for, and answers so from now on. */
  public void answerStreams(Answer... script) {
    streams.clear();
    streamScript = List.of(script);
  }

  /** The same for requests of JSON, which are answered with 406 if not told otherwise. */
  public void answerPolls(Answer... script) {
    polls.clear();
    pollScript = List.of(script);
  }

  public List<Request> streams() {
    return streams;
  }

  public List<Request> polls() {
    return polls;
  }

  public static Answer status(int status, String... headers) {
    return exchange -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
    };
  }

  public static Answer page(String type, String text) {
    return exchange -> send(exchange, 200, type, text.getBytes(UTF_8));
  }

  /** Sends the text at once, and nothing more. */
  public Answer stream(String text) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(text.getBytes(UTF_8));
      exchange.getResponseBody().flush();
      end.await();
    };
  }

  /** As a proxy does that waits for the end of a stream: not even headers come. */
  public Answer hold() {
    return exchange -> end.await();
  }

  private void answer(HttpExchange exchange) throws IOException {
    boolean isPoll = "application/json".equals(exchange.getRequestHeaders().getFirst("Accept"));
    List<Request> requests = isPoll ? polls : streams;
    List<Answer> script = isPoll ? pollScript : streamScript;
    int number = requests.size();
    requests.add(
        new Request(
            System.nanoTime(),
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            exchange.getRequestHeaders().getFirst("Last-Event-ID"),
            exchange.getRequestHeaders().getFirst("Authorization"),
            exchange.getRequestHeaders().getFirst("Prefer")));
    try {
      (script.isEmpty() ? status(406) : script.get(Math.min(number, script.size() - 1)))
          .to(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] bytes)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type + ";charset=UTF-8");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
