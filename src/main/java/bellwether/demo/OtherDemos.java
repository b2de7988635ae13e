package bellwether.demo;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The other servers that share the log. A balancer may send a page's requests to any server, so
 * what the demo does for the page is asked of all. Any thread.
 */
public interface OtherDemos {
  /** For a server that shares its log with no other. */
  OtherDemos NONE =
      new OtherDemos() {
        @Override
        public CompletableFuture<List<JsonObject>> ask(String what, JsonObject question) {
          return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public void answer(String what, Function<JsonObject, JsonObject> answer) {}
      };

  /** Asks all others. The result leaves out those that do not answer in time; it never fails. */
  CompletableFuture<List<JsonObject>> ask(String what, JsonObject question);

  /**
   * Has this server answer what the others ask.
   *
   * @param answer called on a thread that may wait
   */
  void answer(String what, Function<JsonObject, JsonObject> answer);
}
