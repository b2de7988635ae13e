package bellwether.operate;

import bellwether.config.Settings;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Reply;
import bellwether.stream.Drain;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObjectBuilder;
import java.util.Locale;
import java.util.Map;

/** Does what operators ask about this server's drain. Any thread. */
public final class DrainRequests {
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());

  private final Drain drain;

  public DrainRequests(Drain drain) {
    this.drain = drain;
  }

  /** Returns the times of a drain, unless other ones are asked for. */
  Settings.Drain usual() {
    return drain.usual();
  }

  /**
   * Drains the server (POST), which may wait, or cancels that (DELETE); any other method only asks.
   *
   * @return the answer: the drain's state, and what it has done
   * @throws HttpProblem if it cannot be done
   */
  public Reply carryOut(String method, Settings.Drain times) {
    JsonObjectBuilder details = json.createObjectBuilder();
    switch (method) {
      case "POST" -> {
        Drain.Outcome outcome =
            drain
                .drain(times)
                .orElseThrow(
                    () -> new HttpProblem(409, "the drain was cancelled before it ended a stream"));
        details
            .add("told", outcome.told())
            .add("cut", outcome.cut())
            .add("millis", outcome.took().toMillis());
      }
      case "DELETE" -> {
        if (!drain.takeBack()) {
          throw new HttpProblem(
              409, "the application is stopping, so the drain cannot be cancelled");
        }
      }
      default -> {} // only asks
    }
    return Reply.json(
        200,
        json.createObjectBuilder()
            .add("state", drain.state().name().toLowerCase(Locale.ROOT))
            .add("open", drain.open())
            .addAll(details)
            .build()
            .toString());
  }
}
