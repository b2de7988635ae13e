package bellwether.harness;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the pages asked for and how it was answered. An answer counts once its head is there: a page
 * may never read a body, and its own list of resources then never mentions the request.
 */
public final class NetworkLog {
  private static final String ASKED = "network.beforeRequestSent";
  private static final String ANSWERED = "network.responseStarted";
  private static final String FAILED = "network.fetchError";

  /** The events that it has to be given. */
  static final JsonArray EVENTS =
      Json.createArrayBuilder().add(ASKED).add(ANSWERED).add(FAILED).build();

  // Written by the connection's threads.
  private final Map<String, String> unanswered = new ConcurrentHashMap<>(); // addresses by request
  private final Map<String, Integer> statuses = new ConcurrentHashMap<>();

  void clear() {
    unanswered.clear();
    statuses.clear();
  }

  /** Any event; those of other kinds are of no interest. */
  void event(String method, JsonObject parameters) {
    if (!method.startsWith("network.")) {
      return;
    }
    JsonObject request = parameters.getJsonObject("request");
    String id = request.getString("request");
    String url = request.getString("url");
    if (method.equals(ASKED)) {
      unanswered.put(id, url);
      return;
    }
    if (method.equals(ANSWERED)) {
      statuses.put(url, parameters.getJsonObject("response").getInt("status"));
      // A page may take back what it asked for and ask again, and no browser always says so.
      unanswered.values().removeIf(url::equals);
    }
    unanswered.remove(id);
  }

  public boolean hasAnswerTo(String endOfUrl) {
    return statuses.keySet().stream().anyMatch(url -> url.endsWith(endOfUrl));
  }

  public boolean isQuiet() {
    return unanswered.isEmpty();
  }

  @Override
  public String toString() {
    return "unanswered " + unanswered.values() + ", answered " + statuses;
  }

  /** Status and address of what was refused, or is not there. */
  public List<String> refusals() {
    return statuses.entrySet().stream()
        .filter(answer -> answer.getValue() >= 400)
        .map(answer -> answer.getValue() + " " + answer.getKey())
        .toList();
  }
}
