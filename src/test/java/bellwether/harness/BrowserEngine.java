package bellwether.harness;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A running browser that all tests of this JVM share, since a start takes seconds. Each {@link
 * Browser} is a profile of its own in it: its tabs share no cookies, storage, locks or channels
 * with those of another. It ends with the JVM.
 */
final class BrowserEngine {
  private static final Map<BrowserKind, BrowserEngine> running = new EnumMap<>(BrowserKind.class);

  private final BrowserProcess process;
  private final BiDi bidi;
  private volatile Consumer<JsonObject> listener = event -> {};

  private BrowserEngine(BrowserKind kind) {
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    List<Path> programs = kind.programs();
    BrowserProcess.Started started =
        kind == BrowserKind.CHROMIUM
            ? BrowserProcess.chromium(http, programs.get(0), programs.get(1))
            : BrowserProcess.firefox(programs.get(0));
    process = started.process();
    try {
      bidi = new BiDi(http, started.socket(), event -> listener.accept(event));
      if (kind == BrowserKind.FIREFOX) {
        JsonObject none = Json.createObjectBuilder().build();
        bidi.command("session.new", Json.createObjectBuilder().add("capabilities", none).build());
      }
      subscribe(Json.createArrayBuilder().add("log.entryAdded").build());
    } catch (RuntimeException | Error e) {
      process.close();
      throw e;
    }
  }

  /** The one of that kind, started if there is none. */
  static BrowserEngine of(BrowserKind kind) {
    synchronized (running) {
      BrowserEngine engine = running.get(kind);
      if (engine == null || !engine.process.isAlive()) {
        engine = new BrowserEngine(kind);
        running.put(kind, engine);
      }
      return engine;
    }
  }

  /** Sends what the pages tell to that listener from now on, and to no other. */
  void listen(Consumer<JsonObject> newListener) {
    listener = newListener;
  }

  JsonObject command(String method, JsonObjectBuilder parameters) {
    return bidi.command(method, parameters.build());
  }

  /** Returns the subscription's name. */
  String subscribe(JsonArray events) {
    return command("session.subscribe", Json.createObjectBuilder().add("events", events))
        .getString("subscription");
  }

  void unsubscribe(String subscription) {
    command(
        "session.unsubscribe",
        Json.createObjectBuilder()
            .add("subscriptions", Json.createArrayBuilder().add(subscription)));
  }
}
