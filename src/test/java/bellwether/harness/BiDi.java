package bellwether.harness;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A WebDriver BiDi connection: commands with their answers, and events. */
final class BiDi {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** The browser's refusal of a command. */
  static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
      super(message);
    }
  }

  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
  private final Consumer<JsonObject> events;
  private final WebSocket socket;

  /**
   * @param events called, on a thread of the connection, with each event's method and parameters
   */
  BiDi(HttpClient http, URI uri, Consumer<JsonObject> events) {
    this.events = events;
    this.socket =
        Await.value(
            "the browser's WebSocket",
            LIMIT,
            http.newWebSocketBuilder().buildAsync(uri, new Messages(this)));
  }

  /** The answer's result; throws a {@link Refusal} when the browser answers with an error. */
  JsonObject command(String method, JsonObject parameters) {
    int id = lastId.incrementAndGet();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    String text =
        Json.createObjectBuilder()
            .add("id", id)
            .add("method", method)
            .add("params", parameters)
            .build()
            .toString();
    synchronized (this) { // the socket refuses a send while another is under way
      Await.value("sending " + method, LIMIT, socket.sendText(text, true));
    }
    JsonObject message = Await.value(method, LIMIT, answer);
    if (message.containsKey("error")) {
      throw new Refusal(method + ": " + message.get("error") + " " + message.get("message"));
    }
    return message.getJsonObject("result");
  }

  private void message(String text) {
    JsonObject message;
    try (JsonReader reader = Json.createReader(new StringReader(text))) {
      message = reader.readObject();
    }
    if (!message.containsKey("id") || message.isNull("id")) {
      events.accept(message);
      return;
    }
    CompletableFuture<JsonObject> answer = waiting.remove(message.getInt("id"));
    if (answer != null) {
      answer.complete(message);
    }
  }

  private void over(Throwable reason) {
    waiting.values().forEach(answer -> answer.completeExceptionally(reason));
  }

  /** Joins the parts in which a message may come. */
  private static final class Messages implements WebSocket.Listener {
    private final BiDi owner;
    private final StringBuilder parts = new StringBuilder();

    Messages(BiDi owner) {
      this.owner = owner;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      parts.append(part);
      if (last) {
        String text = parts.toString();
        parts.setLength(0);
        owner.message(text);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      owner.over(new IllegalStateException("The browser is gone: " + status + " " + reason));
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      owner.over(error);
    }
  }
}
