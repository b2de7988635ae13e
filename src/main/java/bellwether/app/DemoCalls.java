package bellwether.app;

import bellwether.cluster.Member;
import bellwether.cluster.NoAnswerException;
import bellwether.cluster.Nodes;
import bellwether.demo.OtherDemos;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the demo of one node asks of the others. Any thread. */
final class DemoCalls implements OtherDemos {
  private static final Logger logger = LoggerFactory.getLogger(DemoCalls.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Nodes nodes;

  DemoCalls(Nodes nodes) {
    this.nodes = nodes;
  }

  @Override
  public CompletableFuture<List<JsonObject>> ask(String what, JsonObject question) {
    CompletableFuture<List<JsonObject>> all = CompletableFuture.completedFuture(List.of());
    for (Member other : nodes.others()) {
      CompletableFuture<List<JsonObject>> answer =
          nodes.ask(other, what, question, PATIENCE).handle(DemoCalls::listOf);
      all = all.thenCombine(answer, DemoCalls::joined);
    }
    return all;
  }

  private static List<JsonObject> listOf(JsonObject answer, Throwable failure) {
    if (failure == null) {
      return List.of(answer);
    }
    if (!(failure instanceof NoAnswerException)) {
      logger.error("Another node could not be asked", failure);
    }
    return List.of();
  }

  private static List<JsonObject> joined(List<JsonObject> some, List<JsonObject> more) {
    List<JsonObject> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  @Override
  public void answer(String what, Function<JsonObject, JsonObject> answer) {
    nodes.handle(what, answer);
  }
}
