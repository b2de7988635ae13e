package bellwether.auth;

import bellwether.topic.Topic;
import bellwether.topic.TopicFilter;
import bellwether.topic.TopicSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The permissions of a request. Immutable; any thread. Everyone may read public events.
 *
 * @param publish the topics that the request may publish to
 * @param subscribe the topics whose private events it may read
 * @param isOperator whether it may do what operators may: drain, revoke, read the metrics
 * @param token the token that gives the permissions; null for the publisher's key, and if there is
 *     no token
 */
public record Grant(
    TopicSelector publish, TopicSelector subscribe, boolean isOperator, @Nullable Token token) {
  private static final TopicSelector NO_TOPIC = new TopicSelector(List.of());
  private static final TopicSelector EVERY_TOPIC = new TopicSelector(List.of(TopicFilter.ANY));

  /** The grant to read public events, and nothing else. */
  public static final Grant NONE = new Grant(NO_TOPIC, NO_TOPIC, false, null);

  /** The grant to do everything, which the publisher's key gives. */
  public static final Grant ALL = new Grant(EVERY_TOPIC, EVERY_TOPIC, true, null);

  /** Returns whether the request may publish an event to these topics, that is to each of them. */
  public boolean mayPublish(List<Topic> topics) {
    return topics.stream().allMatch(publish::matches);
  }

  /** Returns whether the request has no credentials. */
  public boolean isStranger() {
    return token == null && !isPublisher();
  }

  /** Returns whether the request may publish to any topic. */
  public boolean isPublisher() {
    return !publish.filters().isEmpty();
  }

  /**
   * Returns whether the request may read a private event on these topics, for which one of them is
   * enough.
   */
  public boolean mayRead(List<Topic> topics) {
    for (Topic topic : topics) {
      if (subscribe.matches(topic)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the user's name, or else the token's id, each marked with its kind; null if there is
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

  /** Returns whether the request is of this user, the token's subject. */
  public boolean isOf(String user) {
    return token != null && user.equals(token.subject());
  }
}
