package bellwether.mercure;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One subscriber's active subscriptions as JSON, for the other servers of the hub. */
final class SubscriptionText {
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());
  private static final JsonProvider provider = JsonProvider.provider();

  private SubscriptionText() {}

  static String of(List<ActiveSubscription> subscriptions) {
    JsonArrayBuilder all = json.createArrayBuilder();
    for (ActiveSubscription each : subscriptions) {
      JsonObjectBuilder one = json.createObjectBuilder();
      add(one, "7", each.inDraft7());
      add(one, "8", each.inDraft8());
      if (each.payload() != null) {
        one.add("payload", each.payload());
      }
      all.add(one.add("subscriber", each.subscriber()));
    }
    return all.build().toString();
  }

  private static void add(
      JsonObjectBuilder one, String draft, @Nullable SubscriptionMatcher matcher) {
    if (matcher != null) {
      JsonArrayBuilder words = json.createArrayBuilder().add(matcher.text());
      one.add(draft, matcher.type() == null ? words : words.add(matcher.type()));
    }
  }

  static List<ActiveSubscription> parse(String text) {
    return provider.createReader(new StringReader(text)).readArray().stream()
        .map(JsonValue::asJsonObject)
        .map(SubscriptionText::one)
        .toList();
  }

  private static ActiveSubscription one(JsonObject one) {
    return new ActiveSubscription(
        one.getString("subscriber"), matcher(one, "7"), matcher(one, "8"), one.get("payload"));
  }

  private static @Nullable SubscriptionMatcher matcher(JsonObject one, String draft) {
    if (!one.containsKey(draft)) {
      return null;
    }
    var words = one.getJsonArray(draft);
    return new SubscriptionMatcher(
        words.size() > 1 ? words.getString(1) : null, words.getString(0));
  }
}
