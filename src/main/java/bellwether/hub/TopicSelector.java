package bellwether.hub;

import bellwether.eventlog.Topic;
import java.util.List;

/** Everything one subscriber asks for: a topic is selected if any of the filters matches it. */
public record TopicSelector(List<TopicFilter> filters) {
  public TopicSelector {
    filters = List.copyOf(filters);
  }

  /** The filters of these texts; {@link TopicFilter#parse} says what is refused. */
  public static TopicSelector parse(List<String> texts) {
    return new TopicSelector(texts.stream().distinct().map(TopicFilter::parse).toList());
  }

  public boolean matches(Topic topic) {
    for (TopicFilter filter : filters) {
      if (filter.matches(topic)) {
        return true;
      }
    }
    return false;
  }

  boolean matchesAny(List<Topic> topics) {
    for (Topic topic : topics) {
      if (matches(topic)) {
        return true;
      }
    }
    return false;
  }
}
