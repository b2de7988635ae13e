package bellwether.stock;

import bellwether.feed.FeedTopics;
import bellwether.topic.Topic;
import java.util.List;

/** The topics of the stock feed: the board, and one for each stock. */
public final class StockTopics {
  private static final String ROOT = "stocks";

  static final String PREFIX = ROOT + '/';
  static final Topic BOARD = new Topic(ROOT);

  public static final FeedTopics OWNED =
      new FeedTopics(ROOT, true, List.of(ROOT, PREFIX + "{symbol}"));

  private StockTopics() {}
}
