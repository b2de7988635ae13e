package bellwether.hub;

import bellwether.eventlog.LogEntry;
import bellwether.topic.Topic;
import bellwether.topic.TopicFilter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * An index of cursors by the topics that they ask for. Exact topics are looked up; every distinct
 * pattern is tried once, for however many cursors. Any thread may add and remove while another
 * visits.
 */
final class InterestIndex {
  private final Map<String, CursorList> byTopic = new ConcurrentHashMap<>();
  private final Map<TopicFilter, CursorList> byPattern = new ConcurrentHashMap<>();

  void add(Cursor cursor) {
    for (TopicFilter filter : cursor.interest().topics().filters()) {
      if (filter.isExact()) {
        add(byTopic, filter.text(), cursor);
      } else {
        add(byPattern, filter, cursor);
      }
    }
  }

  void remove(Cursor cursor) {
    for (TopicFilter filter : cursor.interest().topics().filters()) {
      if (filter.isExact()) {
        remove(byTopic, filter.text(), cursor);
      } else {
        remove(byPattern, filter, cursor);
      }
    }
  }

  boolean isEmpty() {
    return byTopic.isEmpty() && byPattern.isEmpty();
  }

  /** Visits every cursor with a filter that matches; one with several, perhaps repeatedly. */
  void forEachMatching(LogEntry entry, Consumer<Cursor> visitor) {
    for (Topic topic : entry.publication().topics()) {
      CursorList exact = byTopic.get(topic.name());
      if (exact != null) {
        exact.forEach(visitor);
      }
      byPattern.forEach(
          (filter, cursors) -> {
            if (filter.matches(topic)) {
              cursors.forEach(visitor);
            }
          });
    }
  }

  void forEach(Consumer<Cursor> visitor) {
    byTopic.values().forEach(cursors -> cursors.forEach(visitor));
    byPattern.values().forEach(cursors -> cursors.forEach(visitor));
  }

  private static <K> void add(Map<K, CursorList> map, K key, Cursor cursor) {
    map.compute(
        key,
        (k, cursors) -> {
          CursorList list = cursors == null ? new CursorList() : cursors;
          list.add(cursor);
          return list;
        });
  }

  private static <K> void remove(Map<K, CursorList> map, K key, Cursor cursor) {
    map.computeIfPresent(
        key,
        (k, cursors) -> {
          cursors.remove(cursor);
          return cursors.isEmpty() ? null : cursors;
        });
  }
}
