package bellwether.hub;

import bellwether.eventlog.LogEntry;
import bellwether.topic.Topic;
import bellwether.topic.TopicFilter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/**
 * An index of cursors by the topics that they ask for. Exact topics are looked up; patterns are
 * found by the fixed text that they begin with, and every distinct one is tried once, for however
 * many cursors. Any thread may add and remove while another visits.
 */
final class InterestIndex {
  private final Map<String, CursorList> byTopic = new ConcurrentHashMap<>();
  private final ConcurrentNavigableMap<String, Map<TopicFilter, CursorList>> byBeginning =
      new ConcurrentSkipListMap<>();

  /*
   * Adding and removing are under a lock, or a list could be taken away as empty while a cursor is
   * added to it. And removing is done without an object that is made for it: what is closed because
   * there is no memory is to be removed all the same.
   */

  synchronized void add(Cursor cursor) {
    for (TopicFilter filter : cursor.interest().topics().filters()) {
      if (filter.isExact()) {
        add(byTopic, filter.text(), cursor);
      } else {
        add(
            byBeginning.computeIfAbsent(filter.beginning(), beginning -> new ConcurrentHashMap<>()),
            filter,
            cursor);
      }
    }
  }

  synchronized void remove(Cursor cursor) {
    List<TopicFilter> filters = cursor.interest().topics().filters();
    for (int i = 0; i < filters.size(); i++) {
      TopicFilter filter = filters.get(i);
      if (filter.isExact()) {
        remove(byTopic, filter.text(), cursor);
      } else {
        removePattern(filter, cursor);
      }
    }
  }

  private void removePattern(TopicFilter filter, Cursor cursor) {
    Map<TopicFilter, CursorList> patterns = byBeginning.get(filter.beginning());
    if (patterns != null) {
      remove(patterns, filter, cursor);
      if (patterns.isEmpty()) {
        try {
          byBeginning.remove(filter.beginning());
        } catch (OutOfMemoryError e) {
          // The skip list has unlinked nothing; it does as soon as somebody comes by.
        }
      }
    }
  }

  boolean isEmpty() {
    return byTopic.isEmpty() && byBeginning.isEmpty();
  }

  /**
   * Visits every cursor with a filter that matches; a cursor with several such filters may be
   * visited repeatedly.
   */
  void forEachMatching(LogEntry entry, Consumer<Cursor> visitor) {
    for (Topic topic : entry.publication().topics()) {
      CursorList exact = byTopic.get(topic.name());
      if (exact != null) {
        exact.forEach(visitor);
      }
      forEachBeginning(topic.name(), patterns -> visitMatching(patterns, topic, visitor));
    }
  }

  /** Visits the patterns with a fixed text that the topic begins with, the longest first. */
  private void forEachBeginning(String topic, Consumer<Map<TopicFilter, CursorList>> visitor) {
    /*
     * In the order of texts, the longest beginning of the topic comes just before it, but other
     * texts may stand between. Then only the common beginning of such a text and the topic can be a
     * beginning that is sought. Each step makes the text shorter.
     */
    String rest = topic;
    var entry = byBeginning.floorEntry(rest);
    while (entry != null) {
      String beginning = entry.getKey();
      if (rest.startsWith(beginning)) {
        visitor.accept(entry.getValue());
        entry = beginning.isEmpty() ? null : byBeginning.lowerEntry(beginning);
        rest = beginning;
      } else {
        rest = rest.substring(0, commonLength(rest, beginning));
        entry = byBeginning.floorEntry(rest);
      }
    }
  }

  private static int commonLength(String one, String other) {
    int length = Math.min(one.length(), other.length());
    int i = 0;
    while (i < length && one.charAt(i) == other.charAt(i)) {
      i++;
    }
    return i;
  }

  private static void visitMatching(
      Map<TopicFilter, CursorList> patterns, Topic topic, Consumer<Cursor> visitor) {
    patterns.forEach(
        (filter, cursors) -> {
          if (filter.matches(topic)) {
            cursors.forEach(visitor);
          }
        });
  }

  void forEach(Consumer<Cursor> visitor) {
    byTopic.values().forEach(cursors -> cursors.forEach(visitor));
    byBeginning
        .values()
        .forEach(patterns -> patterns.values().forEach(cursors -> cursors.forEach(visitor)));
  }

  /** Under the lock. */
  private static <K> void add(Map<K, CursorList> map, K key, Cursor cursor) {
    CursorList list = map.get(key);
    if (list != null) {
      list.add(cursor);
      return;
    }
    CursorList begun = new CursorList();
    begun.add(cursor);
    map.put(key, begun);
  }

  /** Under the lock. */
  private static <K> void remove(Map<K, CursorList> map, K key, Cursor cursor) {
    CursorList list = map.get(key);
    if (list != null) {
      list.remove(cursor);
      if (list.isEmpty()) {
        map.remove(key);
      }
    }
  }
}
