package bellwether.topic;

import bellwether.wire.PlainText;
import bellwether.wire.UriText;

/**
 * The name that events are published to and subscribers ask for: any text that is not empty, has no
 * control characters and is not {@code *}. Topics are compared character for character; nothing is
 * normalised.
 */
public record Topic(String name) {
  /** The longest name, in characters. */
  public static final int MAX_LENGTH = 1024;

  /** The most topics of one event, and the most topics and matchers that one reader may name. */
  public static final int MAX_AT_ONCE = 100;

  public Topic {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("topic is empty");
    }
    if (name.equals("*")) {
      throw new IllegalArgumentException("topic * means every topic and cannot be published to");
    }
    PlainText.require("topic", name, MAX_LENGTH);
  }

  /**
   * Returns the topic of one thing below another: the expansion of the URI template <code>
   * parent/{name}</code>. So no two names have the same topic, and no name can reach into
   * another's.
   */
  public static Topic below(String parent, String name) {
    return new Topic(parent + '/' + UriText.encode(name));
  }

  @Override
  public String toString() {
    return name;
  }
}
