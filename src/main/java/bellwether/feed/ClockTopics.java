package bellwether.feed;

import bellwether.topic.Topic;
import java.util.List;

/** The one topic of the clock. */
public final class ClockTopics {
  private static final String ROOT = "clock";

  static final Topic CLOCK = new Topic(ROOT);

  public static final FeedTopics OWNED = new FeedTopics(ROOT, false, List.of(ROOT));

  private ClockTopics() {}
}
