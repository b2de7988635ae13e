package bellwether.eventlog;

import bellwether.topic.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The latest state of each retained topic: the public one, and the private ones that are newer. One
 * thread at a time may put, any may read.
 *
 * @param <V> the type that represents a state
 */
public final class LatestStates<V> {
  private final Map<StateKey, V> latest = new ConcurrentHashMap<>();

  // Confined to the putting thread.
  private final Map<Topic, Set<StateKey>> privateKeys = new HashMap<>();

  /** Puts a newer state, and returns the states that it replaces. */
  public List<V> put(StateKey key, V state) {
    V previous = latest.put(key, state);
    if (!key.isPublic()) {
      privateKeys.computeIfAbsent(key.topic(), topic -> new HashSet<>()).add(key);
    }
    Set<StateKey> older = key.isPublic() ? privateKeys.remove(key.topic()) : null;
    if (older == null) {
      return previous == null ? List.of() : List.of(previous);
    }
    List<V> replaced = new ArrayList<>();
    if (previous != null) {
      replaced.add(previous);
    }
    for (StateKey each : older) {
      V gone = latest.remove(each);
      if (gone != null) {
        replaced.add(gone);
      }
    }
    return replaced;
  }

  /** Returns the latest state of the key, or null if there is none. */
  @Nullable V get(StateKey key) {
    return latest.get(key);
  }

  public Collection<V> all() {
    return latest.values();
  }
}
