package bellwether.feed;

import bellwether.topic.Topic;
import java.util.List;

/**
 * The topics to which one feed publishes, and nobody else may.
 *
 * @param root the name of the feed's main topic
 * @param hasBelow whether the topics below it are the feed's too, as {@code stocks/AAPL}
 * @param retained those of which the newest event is retained, as topics and URI templates
 */
public record FeedTopics(String root, boolean hasBelow, List<String> retained) {
  /** Returns whether the topic is the feed's, even if nothing has that name yet. */
  public boolean has(Topic topic) {
    String name = topic.name();
    return name.equals(root) || (hasBelow && name.startsWith(root + '/'));
  }
}
