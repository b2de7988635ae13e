package bellwether.feed;

import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import java.util.List;

/** The topics of all feeds: only the server itself publishes to them. */
public final class BuiltInTopics {
  private final List<FeedTopics> feeds;
  private final TopicSelector retained;

  public BuiltInTopics(List<FeedTopics> feeds) {
    this.feeds = List.copyOf(feeds);
    this.retained =
        TopicSelector.parse(feeds.stream().flatMap(feed -> feed.retained().stream()).toList());
  }

  /** Returns whether the topic is a feed's, even if nothing has that name yet. */
  public boolean has(Topic topic) {
    return feeds.stream().anyMatch(feed -> feed.has(topic));
  }

  /** Returns whether the newest event of this built-in topic is retained. */
  public boolean isRetained(Topic topic) {
    return retained.matches(topic);
  }
}
