package bellwether.hub;

import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Topic;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Who is interested in what. Exact topics are looked up; every distinct pattern is tried once, for
 * however many subscribers. Any thread may add and remove while another visits.
 */
final class SubscriptionIndex {
  private final Map<String, Set<Subscription>> byTopic = new ConcurrentHashMap<>();
  private final Map<TopicFilter, Set<Subscription>> byPattern = new ConcurrentHashMap<>();

  void add(Subscription subscription) {
    for (TopicFilter filter : subscription.interest().topics().filters()) {
      if (filter.isExact()) {
        add(byTopic, filter.text(), subscription);
      } else {
        add(byPattern, filter, subscription);
      }
    }
  }

  void remove(Subscription subscription) {
    for (TopicFilter filter : subscription.interest().topics().filters()) {
      if (filter.isExact()) {
        remove(byTopic, filter.text(), subscription);
      } else {
        remove(byPattern, filter, subscription);
      }
    }
  }

  boolean isEmpty() {
    return byTopic.isEmpty() && byPattern.isEmpty();
  }

  /** Visits every subscription with a filter that matches; one with several, perhaps repeatedly. */
  void forEachMatching(LogEntry entry, Consumer<Subscription> visitor) {
    for (Topic topic : entry.publication().topics()) {
      byTopic.getOrDefault(topic.name(), Set.of()).forEach(visitor);
      byPattern.forEach(
          (filter, subscriptions) -> {
            if (filter.matches(topic)) {
              subscriptions.forEach(visitor);
            }
          });
    }
  }

  void forEach(Consumer<Subscription> visitor) {
    byTopic.values().forEach(subscriptions -> subscriptions.forEach(visitor));
    byPattern.values().forEach(subscriptions -> subscriptions.forEach(visitor));
  }

  private static <K> void add(Map<K, Set<Subscription>> map, K key, Subscription subscription) {
    map.compute(
        key,
        (k, subscriptions) -> {
          Set<Subscription> set =
              subscriptions == null ? ConcurrentHashMap.newKeySet(1) : subscriptions;
          set.add(subscription);
          return set;
        });
  }

  private static <K> void remove(Map<K, Set<Subscription>> map, K key, Subscription subscription) {
    map.computeIfPresent(
        key,
        (k, subscriptions) -> {
          subscriptions.remove(subscription);
          return subscriptions.isEmpty() ? null : subscriptions;
        });
  }
}
