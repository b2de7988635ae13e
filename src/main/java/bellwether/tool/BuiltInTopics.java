package bellwether.tool;

import bellwether.eventlog.Topic;
import java.util.Set;

/**
 * What no server lets be published: see {@code Application}, which has the same as templates, and
 * the test that holds the two together.
 */
public final class BuiltInTopics {
  private static final Set<String> NAMES = Set.of("stocks", "notifications", "clock");

  private BuiltInTopics() {}

  public static boolean has(Topic topic) {
    String name = topic.name();
    return NAMES.contains(name) || name.startsWith("stocks/") || name.startsWith("notifications/");
  }
}
