package bellwether.eventlog;

import bellwether.topic.Topic;
import java.util.Set;

/**
 * Topics that only the server itself publishes to, out of what is stored: {@code stocks} and so on.
 */
public final class BuiltInTopics {
  private static final Set<String> NAMES = Set.of("stocks", "notifications", "clock");

  private BuiltInTopics() {}

  /** Whether this is one of them, or below one, whatever it is called there. */
  public static boolean has(Topic topic) {
    String name = topic.name();
    return NAMES.contains(name) || name.startsWith("stocks/") || name.startsWith("notifications/");
  }
}
