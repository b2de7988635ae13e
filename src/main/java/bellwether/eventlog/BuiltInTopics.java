package bellwether.eventlog;

import bellwether.topic.Topic;
import java.util.Set;

/**
 * The topics that only the server itself publishes to, from its tables and its clock: {@code
 * stocks} and so on.
 */
public final class BuiltInTopics {
  private static final Set<String> NAMES = Set.of("stocks", "notifications", "clock");

  private BuiltInTopics() {}

  /**
   * Returns whether the topic is a built-in one or lies below one, even if nothing has that name
   * yet.
   */
  public static boolean has(Topic topic) {
    String name = topic.name();
    return NAMES.contains(name) || name.startsWith("stocks/") || name.startsWith("notifications/");
  }
}
