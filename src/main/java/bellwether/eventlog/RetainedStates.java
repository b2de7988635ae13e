package bellwether.eventlog;

import bellwether.eventlog.ReadResult.Batch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The latest entry of each retained topic. One thread at a time adds, any may read. */
final class RetainedStates {
  /*
   * Showing a state must not fail, and maps allocate when they are changed. So a state is put in its
   * place before, and readers pass over it until it is shown; what it replaces, and what was never
   * shown, they pass over too, and it is taken out before the next is added.
   */
  private final ConcurrentSkipListMap<Long, LogEntry> byPosition = new ConcurrentSkipListMap<>();
  private final Map<Topic, Latest> latest = new ConcurrentHashMap<>();

  // Confined to whoever adds.
  private final ArrayList<LogEntry> prepared = new ArrayList<>();
  private final ArrayList<LogEntry> passedOver = new ArrayList<>(); // yet in the map

  // Written by whoever adds, read by anyone.
  private volatile long newest; // position of the newest that is shown

  /** What a topic has. */
  private static final class Latest {
    private volatile @Nullable LogEntry entry;
  }

  /** Adds a newer state, and returns the one that it replaces. */
  @Nullable LogEntry put(LogEntry entry) {
    prepare(entry);
    LogEntry replaced = show(entry);
    tidy(state -> {});
    return replaced;
  }

  /** Does all that can fail of showing a newer state, which nobody sees yet. */
  void prepare(LogEntry entry) {
    passedOver.ensureCapacity(passedOver.size() + prepared.size() + 1);
    prepared.add(entry);
    Topic topic = topicOf(entry);
    if (latest.get(topic) == null) {
      latest.put(topic, new Latest());
    }
    byPosition.put(entry.position(), entry);
  }

  /** Shows one that is prepared, and returns the one that it replaces. Cannot fail. */
  @Nullable LogEntry show(LogEntry entry) {
    Latest ofTopic = latest.get(topicOf(entry));
    if (ofTopic == null) {
      throw new IllegalStateException("not prepared: " + entry.id());
    }
    LogEntry replaced = ofTopic.entry;
    ofTopic.entry = entry;
    if (replaced != null) {
      replaced.supersede(entry.position());
      passedOver.add(replaced);
    }
    newest = entry.position();
    return replaced;
  }

  /** Gives up all that are prepared and not shown. Cannot fail. */
  void abandonPrepared() {
    for (int i = 0; i < prepared.size(); i++) {
      LogEntry entry = prepared.get(i);
      if (entry.position() > newest) {
        entry.abandon();
        passedOver.add(entry);
      }
    }
    prepared.clear();
  }

  /**
   * Takes out what readers pass over. To be called before the next are prepared.
   *
   * @param replaced takes those that had been shown
   */
  void tidy(Consumer<LogEntry> replaced) {
    prepared.clear();
    for (int last = passedOver.size() - 1; last >= 0; last--) {
      LogEntry entry = passedOver.get(last);
      byPosition.remove(entry.position(), entry);
      if (entry.isAbandoned()) {
        latest.computeIfPresent(topicOf(entry), (topic, l) -> l.entry == null ? null : l);
      } else {
        replaced.accept(entry);
      }
      passedOver.remove(last);
    }
  }

  /** Null if the topic has none. */
  @Nullable LogEntry latest(Topic topic) {
    Latest ofTopic = latest.get(topic);
    return ofTopic == null ? null : ofTopic.entry;
  }

  @Nullable LogEntry at(long position) {
    LogEntry entry = byPosition.get(position);
    return entry != null && isShown(entry) ? entry : null;
  }

  /** Those at positions below this one, oldest first. */
  Collection<LogEntry> before(long position) {
    return byPosition.headMap(position, false).values().stream().filter(this::isShown).toList();
  }

  /** Whether there is one in {@code [from, to]}. */
  boolean isAnyIn(long from, long to) {
    return byPosition.subMap(from, true, to, true).values().stream().anyMatch(this::isShown);
  }

  /** Null if there is none. */
  @Nullable Long firstAfter(long position) {
    for (LogEntry entry : byPosition.tailMap(position, false).values()) {
      if (isShown(entry)) {
        return entry.position();
      }
    }
    return null;
  }

  /** Reads in {@code (after, upTo]}, oldest first. */
  Batch read(long after, long upTo, EntryFilter wanted, int limit) {
    List<LogEntry> found = new ArrayList<>();
    for (LogEntry entry : byPosition.subMap(after, false, upTo, true).values()) {
      if (isShown(entry) && wanted.test(entry)) {
        found.add(entry);
        if (found.size() == limit) {
          return new Batch(found, entry.position());
        }
      }
    }
    return new Batch(found, upTo);
  }

  private boolean isShown(LogEntry entry) {
    return entry.isLatest() && entry.position() <= newest;
  }

  private static Topic topicOf(LogEntry entry) {
    return entry.publication().topics().get(0);
  }
}
