package bellwether.topic;

import java.net.URI;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
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
   * @throws PatternTooLargeException when they cost too much together
   */
  public static TopicSelector of(Collection<TopicFilter> filters) {
    Set<TopicFilter> distinct = new LinkedHashSet<>(filters);
    if (distinct.stream().mapToInt(TopicFilter::cost).sum() > TopicFilter.MAX_COST) {
      throw tooLargeTogether();
    }
    return new TopicSelector(List.copyOf(distinct));
  }

  /**
   * Returns the selector of these texts. Their templates share one budget, so that no request can
   * make many events costly for everybody.
   *
   * @throws IllegalArgumentException as {@link TopicFilter#parse(String)}, or when they cost too
   *     much together
   */
  public static TopicSelector parse(Collection<String> texts) {
    Builder builder = new Builder();
    texts.forEach(builder::addTopic);
    return builder.build();
  }

  /**
   * Gathers the filters of one subscriber, each once. Their patterns share one budget, whatever
   * their kinds, and each is made within what the others have left. So a request that is refused
   * costs no more than one that is not.
   */
  public static final class Builder {
    private final Set<TopicFilter> filters = new LinkedHashSet<>();
    private final Set<Asked> made = new HashSet<>();
    private int left = TopicFilter.MAX_COST;

    /**
     * A pattern, before it is made.
     *
     * @param base null for a template
     */
    private record Asked(String text, @Nullable URI base) {}

    /** Adds a topic, or a URI template: see {@link TopicFilter#parse(String)}. */
    public void addTopic(String text) {
      add(new Asked(text, null), maxCost -> TopicFilter.parse(text, maxCost));
    }

    /** Adds the topic of this very name: see {@link TopicFilter#exact}. */
    public void addExact(String text) {
      filters.add(TopicFilter.exact(text));
    }

    /** Adds a URL pattern: see {@link TopicFilter#urlPattern(String, URI)}. */
    public void addUrlPattern(String text, URI base) {
      add(new Asked(text, base), maxCost -> TopicFilter.urlPattern(text, base, maxCost));
    }

    private void add(Asked asked, IntFunction<TopicFilter> within) {
      if (made.add(asked)) {
        TopicFilter filter = make(within);
        left -= filter.cost();
        filters.add(filter);
      }
    }

    private TopicFilter make(IntFunction<TopicFilter> within) {
      try {
        return within.apply(left);
      } catch (PatternTooLargeException e) {
        throw left == TopicFilter.MAX_COST ? e : tooLargeTogether();
      }
    }

    /** Returns the selector of what has been added. */
    public TopicSelector build() {
      return new TopicSelector(List.copyOf(filters));
    }
  }

  private static PatternTooLargeException tooLargeTogether() {
    return new PatternTooLargeException("topic patterns are too large together");
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
