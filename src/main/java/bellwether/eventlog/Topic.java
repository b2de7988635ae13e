package bellwether.eventlog;

import java.nio.charset.StandardCharsets;

/**
 * What is published to, and subscribed to: any text that is not empty, has no control characters
 * and is not {@code *}. Topics are compared character for character; nothing is normalised.
 */
public record Topic(String name) {
  /** Longest name, in characters. */
  public static final int MAX_LENGTH = 1024;

  public Topic {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("topic is empty");
    }
    if (name.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("topic is longer than " + MAX_LENGTH + " characters");
    }
    if (name.equals("*")) {
      throw new IllegalArgumentException("topic * means every topic and cannot be published to");
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("topic contains a control character");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw new IllegalArgumentException("topic is not well-formed Unicode");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
