package bellwether.cluster;

import bellwether.eventlog.Report;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls from this node to others, and theirs to this one. Any thread. */
final class Calls {
  private static final Logger logger = LoggerFactory.getLogger(Calls.class);
  private static final Report report = new Report(logger);
  private static final int MAX_PENDING = 200; // strangers can cause calls

  private static final JsonProvider json = JsonProvider.provider();

  /** A call of ours that has not been answered. */
  private record Pending(CompletableFuture<JsonObject> answer, long deadline) {}

  private final ClusterStore store;
  private final UUID self;
  private final Executor sending;
  private final Executor handling;
  private final LongSupplier nanoTime;
  private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
  private final Map<UUID, Pending> pending = new ConcurrentHashMap<>();

  /**
   * @param sending runs what waits for the store
   * @param handling runs the handlers
   */
  Calls(ClusterStore store, UUID self, Executor sending, Executor handling, LongSupplier nanoTime) {
    this.store = store;
    this.self = self;
    this.sending = sending;
    this.handling = handling;
    this.nanoTime = nanoTime;
  }

  void handle(String kind, Handler handler) {
    handlers.put(kind, handler);
  }

  /** Returns whether an answer is awaited. */
  boolean isWaiting() {
    return !pending.isEmpty();
  }

  CompletableFuture<JsonObject> ask(
      UUID receiver, String kind, JsonObject body, Duration patience) {
    UUID call = UUID.randomUUID();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    if (pending.size() >= MAX_PENDING) {
      answer.completeExceptionally(new NoAnswerException("too much is asked of other nodes"));
      return answer;
    }
    pending.put(call, new Pending(answer, nanoTime.getAsLong() + patience.toNanos()));
    JsonObjectBuilder message =
        json.createObjectBuilder()
            .add("call", call.toString())
            .add("from", self.toString())
            .add("kind", kind)
            .add("body", body)
            .add("millis", patience.toMillis());
    send(receiver, message, patience, call);
    return answer;
  }

  private void send(UUID receiver, JsonObjectBuilder message, Duration life, UUID call) {
    String text = message.build().toString();
    try {
      sending.execute(
          () -> {
            try {
              store.send(receiver, text, life);
            } catch (RuntimeException e) {
              logger.debug("A message could not be sent", e);
              fail(call, "the nodes' store does not answer");
            }
          });
    } catch (RuntimeException e) { // the application stops
      fail(call, "this node stops");
    }
  }

  private void fail(UUID call, String why) {
    Pending failed = pending.remove(call);
    if (failed != null) {
      failed.answer.completeExceptionally(new NoAnswerException(why));
    }
  }

  /** Fails the calls that nobody has answered in time. */
  void expire() {
    long now = nanoTime.getAsLong();
    pending.forEach(
        (call, waiting) -> {
          if (waiting.deadline - now < 0) {
            fail(call, "the other node has not answered in time");
          }
        });
  }

  /** Takes a message from another node. */
  void take(String text) {
    try {
      JsonObject message = json.createReader(new StringReader(text)).readObject();
      if (message.containsKey("call")) {
        long taken = nanoTime.getAsLong();
        handling.execute(() -> answer(message, taken));
      } else {
        takeAnswer(message);
      }
    } catch (JsonException | ClassCastException | IllegalArgumentException e) {
      report.error("A message of another node makes no sense", e);
    } catch (NullPointerException e) {
      report.error("A message of another node lacks something", e);
    }
  }

  private void takeAnswer(JsonObject message) {
    UUID call = UUID.fromString(message.getString("answer"));
    String failure = message.getString("failure", null);
    if (failure != null) {
      fail(call, failure);
      return;
    }
    Pending answered = pending.remove(call);
    if (answered != null) {
      answered.answer.complete(message.getJsonObject("body"));
    }
  }

  private void answer(JsonObject message, long taken) {
    Duration life = Duration.ofMillis(message.getInt("millis"));
    if (nanoTime.getAsLong() - taken > life.toNanos()) {
      return; // whoever asked has been told that there was no answer
    }
    JsonObjectBuilder answer = json.createObjectBuilder().add("answer", message.getString("call"));
    UUID call = UUID.fromString(message.getString("call"));
    try {
      Handler handler = handlers.get(message.getString("kind"));
      if (handler == null) { // of a newer version
        answer.add("failure", "that node cannot do this");
      } else {
        answer.add("body", handler.handle(message.getJsonObject("body")));
      }
    } catch (RuntimeException e) {
      report.error("What another node asked for could not be done", e);
      answer.add("failure", "that node could not do it; its log says more");
    }
    UUID caller = UUID.fromString(message.getString("from"));
    send(caller, answer, life, call);
  }

  /** A function that does what another node asks for; it may wait. */
  @FunctionalInterface
  interface Handler {
    JsonObject handle(JsonObject body);
  }
}
