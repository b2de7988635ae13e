package bellwether.auth;

import bellwether.topic.TopicFilter;
import bellwether.topic.TopicSelector;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The permissions in the claims of either draft of the Mercure protocol. If a token has the claims
 * of the newer draft, {@code authorization_details}, the others are ignored: an issuer that gives
 * both means them for hubs of different age. If any part of them is malformed, the whole token is
 * invalid, since its issuer did not mean the rest alone.
 *
 * @param payloads the data to show about the token's bearer
 */
record MercureClaims(TopicSelector publish, TopicSelector subscribe, Payloads payloads) {
  static final String DETAILS = "authorization_details";
  static final String DETAIL_TYPE = "https://mercure.rocks/authorization-detail";

  /** The names of draft 7's claim; the first is for issuers that want names to be URLs. */
  private static final List<String> DRAFT_7 = List.of("https://mercure.rocks/", "mercure");

  static final String PUBLISH = "publish";
  static final String SUBSCRIBE = "subscribe";

  /** The most topics to publish and to subscribe to together. */
  static final int MAX_TOPICS = 200;

  /** Returns whether these are claims of the newer draft. */
  boolean isOfDraft8() {
    return payloads.isOfDraft8();
  }

  /**
   * Reads the claims.
   *
   * @param hub the URL that relative URL patterns are resolved against
   */
  static MercureClaims read(JsonObject claims, URI hub) throws InvalidTokenException {
    Reading reading = new Reading(hub);
    List<JsonObject> details = details(claims.get(DETAILS));
    for (JsonObject detail : details) {
      reading.takeDetail(detail);
    }
    if (details.isEmpty()) {
      reading.takeDraft7(draft7(claims));
    }
    return reading.claims(!details.isEmpty());
  }

  /** Returns the details that are for Mercure: others may be for another service. */
  private static List<JsonObject> details(@Nullable JsonValue value) throws InvalidTokenException {
    List<JsonObject> ours = new ArrayList<>();
    if (value == null) {
      return ours;
    }
    for (JsonValue detail : array(value, DETAILS)) {
      if (!(detail instanceof JsonObject object)
          || !(object.get("type") instanceof JsonString type)) {
        throw new InvalidTokenException(DETAILS + " has something in it that has no type");
      }
      if (type.getString().equals(DETAIL_TYPE)) {
        ours.add(object);
      }
    }
    return ours;
  }

  private static JsonObject draft7(JsonObject claims) throws InvalidTokenException {
    for (String name : DRAFT_7) {
      JsonValue claim = claims.get(name);
      if (claim instanceof JsonObject object) {
        return object;
      }
      if (isThere(claim)) {
        throw new InvalidTokenException(name + " is no object");
      }
    }
    return JsonValue.EMPTY_JSON_OBJECT;
  }

  private static boolean isThere(@Nullable JsonValue value) {
    return value != null && value != JsonValue.NULL;
  }

  private static JsonArray array(@Nullable JsonValue value, String name)
      throws InvalidTokenException {
    if (value instanceof JsonArray array) {
      return array;
    }
    throw new InvalidTokenException(name + " is no array");
  }

  /** The result of reading so far. */
  private static final class Reading {
    private final URI hub;
    private final List<TopicFilter> publish = new ArrayList<>();
    private final List<TopicFilter> subscribe = new ArrayList<>();
    private final List<Payloads.Detail> payloads = new ArrayList<>(); // of subscribers
    private int topics;

    Reading(URI hub) {
      this.hub = hub;
    }

    MercureClaims claims(boolean isOfDraft8) throws InvalidTokenException {
      return new MercureClaims(
          selector(publish), selector(subscribe), new Payloads(payloads, isOfDraft8));
    }

    private static TopicSelector selector(List<TopicFilter> filters) throws InvalidTokenException {
      try {
        return TopicSelector.of(filters);
      } catch (IllegalArgumentException e) {
        throw new InvalidTokenException("its topics are too much together");
      }
    }

    void takeDraft7(JsonObject claim) throws InvalidTokenException {
      takeTexts(claim, PUBLISH, publish);
      takeTexts(claim, SUBSCRIBE, subscribe);
      JsonValue payload = claim.get("payload");
      if (payload != null && payload != JsonValue.NULL) {
        payloads.add(Payloads.Detail.ofAll(payload));
      }
    }

    private void takeTexts(JsonObject claim, String name, List<TopicFilter> filters)
        throws InvalidTokenException {
      JsonValue texts = claim.get(name);
      if (!isThere(texts)) {
        return;
      }
      for (JsonValue text : array(texts, name)) {
        if (!(text instanceof JsonString string)) {
          throw new InvalidTokenException(name + " has something in it that is no string");
        }
        filters.add(filter(() -> TopicFilter.parse(string.getString())));
      }
    }

    void takeDetail(JsonObject detail) throws InvalidTokenException {
      Set<String> actions = actions(detail);
      List<TopicFilter> filters = new ArrayList<>();
      for (JsonValue topic : notEmpty(detail, "topics")) {
        filters.add(matcher(topic));
      }
      JsonValue payload = detail.get("payload");
      if (payload != null && !(payload instanceof JsonObject)) {
        throw new InvalidTokenException("a payload is no object");
      }
      if (actions.contains(PUBLISH)) {
        publish.addAll(filters);
      }
      if (actions.contains(SUBSCRIBE)) {
        subscribe.addAll(filters);
        payloads.add(new Payloads.Detail(selector(filters), payload));
      }
    }

    /** Returns the actions of a detail; an unknown action grants nothing. */
    private static Set<String> actions(JsonObject detail) throws InvalidTokenException {
      Set<String> actions = new HashSet<>();
      for (JsonValue action : notEmpty(detail, "actions")) {
        if (!(action instanceof JsonString string)) {
          throw new InvalidTokenException("actions has something in it that is no string");
        }
        actions.add(string.getString());
      }
      return actions;
    }

    private static JsonArray notEmpty(JsonObject detail, String name) throws InvalidTokenException {
      JsonArray array = array(detail.get(name), name);
      if (array.isEmpty()) {
        throw new InvalidTokenException(name + " is empty");
      }
      return array;
    }

    private TopicFilter matcher(JsonValue topic) throws InvalidTokenException {
      if (!(topic instanceof JsonObject object)
          || !(object.get("match") instanceof JsonString match)) {
        throw new InvalidTokenException("topics has something in it that matches nothing");
      }
      String type = object.containsKey("match_type") ? matchType(object) : "exact";
      return switch (type) {
        case "exact" -> filter(() -> TopicFilter.exact(match.getString()));
        case "urlpattern" ->
            match.getString().equals("*")
                ? filter(() -> TopicFilter.ANY)
                : filter(() -> TopicFilter.urlPattern(match.getString(), hub));
        default -> throw new InvalidTokenException("a match_type is not known here");
      };
    }

    private static String matchType(JsonObject topic) throws InvalidTokenException {
      if (topic.get("match_type") instanceof JsonString type) {
        return type.getString();
      }
      throw new InvalidTokenException("a match_type is no string");
    }

    private TopicFilter filter(Supplier<TopicFilter> text) throws InvalidTokenException {
      topics++;
      if (topics > MAX_TOPICS) {
        throw new InvalidTokenException("it has more than " + MAX_TOPICS + " topics");
      }
      try {
        return text.get();
      } catch (IllegalArgumentException e) {
        throw new InvalidTokenException("it has a topic that is none, or is too large");
      }
    }
  }
}
