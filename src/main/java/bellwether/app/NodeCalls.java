package bellwether.app;

import bellwether.auth.Grant;
import bellwether.auth.InvalidTokenException;
import bellwether.auth.Tokens;
import bellwether.cluster.Member;
import bellwether.cluster.NoAnswerException;
import bellwether.cluster.Nodes;
import bellwether.config.Settings;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Reply;
import bellwether.operate.DrainRequests;
import bellwether.operate.OtherNodes;
import bellwether.stream.OtherServers;
import bellwether.stream.StreamChanges;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What clients and operators ask of one node and another one has to do. Any thread. */
final class NodeCalls implements OtherServers, OtherNodes {
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());
  private static final String CHANGE = "change-stream";
  private static final String DRAIN = "drain";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** The time from the end of a drain's delay to the end of the streams, and the way back. */
  private static final Duration DRAINING = Duration.ofSeconds(15);

  private final Nodes nodes;

  NodeCalls(Nodes nodes) {
    this.nodes = nodes;
  }

  /** Has this node do what others ask it for. */
  void serve(StreamChanges streams, Tokens tokens, DrainRequests drain) {
    nodes.handle(CHANGE, asked -> ReplyJson.of(change(asked, streams, tokens)));
    nodes.handle(DRAIN, asked -> ReplyJson.of(drain(asked, drain)));
  }

  @Override
  public int number() {
    return nodes.self().number();
  }

  /*
   * The other node gets the token itself, and not what this one has read in it, so that it decides
   * as for a request of its own. The token stays in the store until it is taken, at most seconds.
   */
  @Override
  public @Nullable CompletableFuture<Reply> change(
      int server, String key, String form, @Nullable String token) {
    Optional<Member> member = nodes.withNumber(server);
    if (member.isEmpty()) {
      return null;
    }
    JsonObjectBuilder change = json.createObjectBuilder().add("key", key).add("form", form);
    if (token != null) {
      change.add("token", token);
    }
    return answer(nodes.ask(member.get(), CHANGE, change.build(), PATIENCE));
  }

  private static Reply change(JsonObject asked, StreamChanges streams, Tokens tokens) {
    String token = asked.getString("token", null);
    Grant shown;
    try {
      shown = token == null ? Grant.NONE : tokens.verify(token);
    } catch (InvalidTokenException e) { // revoked or expired meanwhile
      return new HttpProblem(401, "the key or token is not valid").reply();
    }
    return streams
        .change(asked.getString("key"), asked.getString("form"), shown)
        .map(HttpProblem::reply)
        .orElseGet(Reply::done);
  }

  @Override
  public List<Node> all() {
    List<Node> all = new ArrayList<>();
    Member self = nodes.self();
    all.add(new Node(self.name(), self.since(), true));
    nodes.others().forEach(other -> all.add(new Node(other.name(), other.since(), false)));
    return all;
  }

  @Override
  public CompletableFuture<Reply> drain(String name, String method, Settings.Drain times) {
    JsonObject asked =
        json.createObjectBuilder()
            .add("method", method)
            .add("delay", times.delay().toMillis())
            .add("window", times.window().toMillis())
            .build();
    List<Member> receivers = nodes.named(name);
    if (receivers.isEmpty()) { // it has just gone
      return CompletableFuture.completedFuture(
          new HttpProblem(404, "there is no such node any more").reply());
    }
    return answer(nodes.ask(receivers.get(0), DRAIN, asked, times.delay().plus(DRAINING)));
  }

  private static Reply drain(JsonObject asked, DrainRequests drain) {
    Settings.Drain times = new Settings.Drain(millis(asked, "delay"), millis(asked, "window"));
    try {
      return drain.carryOut(asked.getString("method"), times);
    } catch (HttpProblem problem) {
      return problem.reply();
    }
  }

  private static Duration millis(JsonObject asked, String name) {
    return Duration.ofMillis(asked.getJsonNumber(name).longValueExact());
  }

  private static CompletableFuture<Reply> answer(CompletableFuture<JsonObject> asked) {
    return asked.thenApply(ReplyJson::parse).exceptionally(NodeCalls::withoutAnswer);
  }

  private static Reply withoutAnswer(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof NoAnswerException) {
      return new HttpProblem(503, cause.getMessage() + "; try again", Map.of("Retry-After", "5"))
          .reply();
    }
    return HttpProblem.ours().reply();
  }
}
