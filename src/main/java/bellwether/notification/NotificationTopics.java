package bellwether.notification;

import bellwether.feed.FeedTopics;
import bellwether.topic.Topic;
import java.util.List;

/** The topics of the notification feed: that of everyone, and one for each user. */
public final class NotificationTopics {
  private static final String ROOT = "notifications";

  static final Topic EVERYONE = new Topic(ROOT);

  public static final FeedTopics OWNED = new FeedTopics(ROOT, true, List.of());

  private NotificationTopics() {}
}
