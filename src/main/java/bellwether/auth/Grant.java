package bellwether.auth;

import bellwether.topic.Topic;
import bellwether.topic.TopicFilter;
import bellwether.topic.TopicSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request is allowed to do. Immutable; any thread. Everybody may read what is public.
 *
 * @param publish the topics that it may publish to
 * @param subscribe the topics whose private events it may read
 * @param isOperator whether it may do what operators may: drain, revoke, read the metrics
 * @param token where this comes from; null for the publisher's key, and for nothing at all
 */
public record Grant(
    TopicSelector publish, TopicSelector subscribe, boolean isOperator, @Nullable Token token) {
  private static final TopicSelector NO_TOPIC = new TopicSelector(List.of());
  private static final TopicSelector EVERY_TOPIC = new TopicSelector(List.of(TopicFilter.ANY));

  /** Read what is public. */
  public static final Grant NONE = new Grant(NO_TOPIC, NO_TOPIC, false, null);

  /** Everything: what the publisher's key gives. */
  public static final Grant ALL = new Grant(EVERY_TOPIC, EVERY_TOPIC, true, null);

  /** Whether it may publish an event to these topics: to each of them. */
  public boolean mayPublish(List<Topic> topics) {
    return topics.stream().allMatch(publish::matches);
  }

  /** Whether it may publish anything at all. */
  public boolean isPublisher() {
    return !publish.filters().isEmpty();
  }

  /** Whether it may read a private event on these topics: on one of them is enough. */
  public boolean mayRead(List<Topic> topics) {
    for (Topic topic : topics) {
      if (subscribe.matches(topic)) {
        return true;
      }
    }
    return false;
  }

  /** Its user's name, or else its token's, each of its kind; null if it has neither. */
  public @Nullable String owner() {
    if (token == null) {
      return null;
    }
    if (token.subject() != null) {
      return "user " + token.subject();
    }
    return token.id() == null ? null : "token " + token.id();
  }

  /** Whether it was given to this user: the token's subject. */
  public boolean isOf(String user) {
    return token != null && user.equals(token.subject());
  }
}
