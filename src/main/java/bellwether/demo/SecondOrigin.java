package bellwether.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A small server on another port of this machine. For a browser that is another origin (RFC 6454),
 * on which the guide shows how CORS works (WHATWG Fetch). It listens on loopback only, on a port
 * that the system chooses, and has nothing worth protecting.
 *
 * <p>{@code GET /stream?allow=…} answers an event stream of one event, {@code
 * {"origin":…,"cookie":…}}: the headers that the browser sent, null for one that it did not send.
 * {@code allow} is one of {@code any}, {@code page}, {@code page-credentials} and {@code nobody}.
 */
public final class SecondOrigin implements AutoCloseable {
  /**
   * The name of the cookie whose value the answers repeat. A page on another port of this host can
   * set it, since cookies are not separated by port (RFC 6265, 8.5).
   */
  static final String COOKIE = "bellwether-guide";

  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());
  private static final Pattern LOOPBACK_ORIGIN =
      Pattern.compile("https?://(localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1\\])(?::[0-9]{1,5})?");

  private static final int THREADS = 4; // that may wait for a client's socket

  private final HttpServer server;
  private final ExecutorService executor;

  private SecondOrigin(HttpServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /** Starts the server. */
  public static SecondOrigin start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService executor = Executors.newFixedThreadPool(THREADS, SecondOrigin::thread);
    server.setExecutor(executor);
    server.createContext("/stream", SecondOrigin::answer);
    server.start();
    return new SecondOrigin(server, executor);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "bellwether-second-origin");
    thread.setDaemon(true);
    return thread;
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = exchange.getRequestURI().getRawQuery();
      Headers headers = exchange.getResponseHeaders();
      if (!exchange.getRequestMethod().equals("GET")) {
        headers.set("Allow", "GET");
        exchange.sendResponseHeaders(405, -1);
      } else if (query == null || !allow(query, origin(exchange), headers)) {
        exchange.sendResponseHeaders(400, -1);
      } else {
        byte[] body = body(exchange);
        headers.set("Content-Type", "text/event-stream");
        headers.set("Cache-Control", "no-cache");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  /** Sets the CORS headers that the query asks for. Returns whether the query is valid. */
  private static boolean allow(String query, @Nullable String origin, Headers headers) {
    headers.set("Vary", "Origin");
    switch (query) {
      case "allow=any" -> headers.set("Access-Control-Allow-Origin", "*");
      case "allow=page" -> name(origin, headers);
      case "allow=page-credentials" -> {
        name(origin, headers);
        headers.set("Access-Control-Allow-Credentials", "true");
      }
      case "allow=nobody" -> {}
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Names the page's origin as allowed, but only if the page is from this machine. */
  private static void name(@Nullable String origin, Headers headers) {
    if (origin != null && LOOPBACK_ORIGIN.matcher(origin).matches()) {
      headers.set("Access-Control-Allow-Origin", origin);
    }
  }

  private static byte[] body(HttpExchange exchange) {
    JsonObjectBuilder data = json.createObjectBuilder();
    add(data, "origin", origin(exchange));
    add(data, "cookie", cookie(exchange));
    return ("data: " + data.build() + "\n\n").getBytes(UTF_8);
  }

  private static void add(JsonObjectBuilder data, String name, @Nullable String value) {
    if (value == null) {
      data.addNull(name);
    } else {
      data.add(name, value);
    }
  }

  private static @Nullable String origin(HttpExchange exchange) {
    return exchange.getRequestHeaders().getFirst("Origin");
  }

  private static @Nullable String cookie(HttpExchange exchange) {
    for (String line : exchange.getRequestHeaders().getOrDefault("Cookie", List.of())) {
      for (String pair : line.split(";", -1)) {
        String[] parts = pair.strip().split("=", 2);
        if (parts[0].equals(COOKIE) && parts.length == 2) {
          return parts[1];
        }
      }
    }
    return null;
  }
}
