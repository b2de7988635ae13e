package bellwether.topic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The filters of one subscriber: a topic is selected if any of them matches it. */
public record TopicSelector(List<TopicFilter> filters) {
  public TopicSelector {
    filters = List.copyOf(filters);
  }

  /**
   * Returns the selector of these filters, each kept once. Their patterns share one budget,
   * whatever their kinds, so that no request can make many events costly for everybody.
   *
   * @throws IllegalArgumentException when they cost too much together
   */
  public static TopicSelector of(Collection<TopicFilter> filters) {
    Set<TopicFilter> distinct = new LinkedHashSet<>(filters);
    if (distinct.stream().mapToInt(TopicFilter::cost).sum() > TopicFilter.MAX_COST) {
      throw new IllegalArgumentException("topic patterns are too large together");
    }
    return new TopicSelector(List.copyOf(distinct));
  }

  /**
   * Returns the selector of these texts. Their templates share one budget, so that no request can
   * make many events costly for everybody.
   *
   * @throws IllegalArgumentException as {@link TopicFilter#parse}, or when they cost too much
   *     together
   */
  public static TopicSelector parse(Collection<String> texts) {
    List<TopicFilter> filters = new ArrayList<>();
    int left = TopicFilter.MAX_COST;
    for (String text : new LinkedHashSet<>(texts)) {
      TopicFilter filter = TopicFilter.parse(text, left);
      left -= filter.cost();
      filters.add(filter);
    }
    return new TopicSelector(filters);
  }

  public boolean matches(Topic topic) {
    for (TopicFilter filter : filters) {
      if (filter.matches(topic)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the topics that are asked for by name, or null if any filter is a pattern. */
  public @Nullable Set<Topic> exactTopics() {
    Set<Topic> topics = new HashSet<>();
    for (TopicFilter filter : filters) {
      if (!filter.isExact()) {
        return null;
      }
      topics.add(new Topic(filter.text()));
    }
    return topics;
  }

  public boolean matchesAny(List<Topic> topics) {
    for (Topic topic : topics) {
      if (matches(topic)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return filters.stream().map(TopicFilter::toString).collect(Collectors.joining(" "));
  }
}
