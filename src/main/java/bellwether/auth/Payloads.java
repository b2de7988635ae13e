package bellwether.auth;

import bellwether.topic.Topic;
import bellwether.topic.TopicFilter;
import bellwether.topic.TopicSelector;
import jakarta.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The payloads that a token wants shown with its bearer's subscriptions (Mercure, active
 * subscriptions).
 *
 * @param details in the order in which they are asked
 * @param isOfDraft8 whether they come from the claims of that draft
 */
public record Payloads(List<Detail> details, boolean isOfDraft8) {

  /**
   * The payload of some subscriptions.
   *
   * @param topics select the subscriptions, by the topics that these ask for
   * @param payload the payload; null for none
   */
  public record Detail(TopicSelector topics, @Nullable JsonValue payload) {
    private static final TopicSelector EVERY_TOPIC = new TopicSelector(List.of(TopicFilter.ANY));

    /** Returns the payload of every subscription. */
    static Detail ofAll(JsonValue payload) {
      return new Detail(EVERY_TOPIC, payload);
    }
  }

  public Payloads {
    details = List.copyOf(details);
  }

  /**
   * Returns the payload of the subscription with this matcher: that of the first detail that covers
   * it, where a matcher is covered as if it were a topic.
   *
   * @return null if there is none
   */
  public @Nullable JsonValue of(String matcher) {
    for (Detail detail : details) {
      List<TopicFilter> filters = detail.topics().filters();
      if (filters.contains(TopicFilter.ANY)
          || (!matcher.equals("*") && detail.topics().matches(new Topic(matcher)))) {
        return detail.payload();
      }
    }
    return null;
  }
}
