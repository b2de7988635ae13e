package bellwether.auth;

import bellwether.topic.Topic;
import bellwether.topic.TopicFilter;
import bellwether.topic.TopicSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The permissions of a request. Immutable; any thread. Everyone may read public events.
 *
 * @param publish the topics that it may publish to
 * @param subscribe the topics whose private events it may read
 * @param isOperator whether it may do what operators may: drain, revoke, read the metrics
 * @param token the token that gives them; null for the publisher's key, and if there is none
 */
public record Grant(
    TopicSelector publish, TopicSelector subscribe, boolean isOperator, @Nullable Token token) {
  private static final TopicSelector NO_TOPIC = new TopicSelector(List.of());
  private static final TopicSelector EVERY_TOPIC = new TopicSelector(List.of(TopicFilter.ANY));

  /** The grant to read public events, and nothing else. */
  public static final Grant NONE = new Grant(NO_TOPIC, NO_TOPIC, false, null);

  /** The grant to do everything, which the publisher's key gives. */
  public static final Grant ALL = new Grant(EVERY_TOPIC, EVERY_TOPIC, true, null);

  /** Returns whether it may publish an event to these topics: to each of them. */
  public boolean mayPublish(List<Topic> topics) {
    return topics.stream().allMatch(publish::matches);
  }

  /** Returns whether it was given to someone who has shown nothing. */
  public boolean isStranger() {
    return token == null && !isPublisher();
  }

  /** Returns whether it may publish anything at all. */
  public boolean isPublisher() {
    return !publish.filters().isEmpty();
  }

  /** Returns whether it may read a private event on these topics: on one of them is enough. */
  public boolean mayRead(List<Topic> topics) {
    for (Topic topic : topics) {
      if (subscribe.matches(topic)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns its user's name, or else its token's id, each marked with its kind; null if it has
   * neither.
   */
  public @Nullable String owner() {
    if (token == null) {
      return null;
    }
    if (token.subject() != null) {
      return "user " + token.subject();
    }
    return token.id() == null ? null : "token " + token.id();
  }

  /** Returns whether it was given to this user: the token's subject. */
  public boolean isOf(String user) {
    return token != null && user.equals(token.subject());
  }
}
