package bellwether.faults;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What was found to be wrong: how often, and the first few in words. Thread-safe. */
public final class Findings {
  private static final int MAX_TOLD = 5; // of each kind

  // Guarded by this.
  private final Map<Wrong, Long> counts = new EnumMap<>(Wrong.class);
  private final Map<Wrong, List<String>> told = new EnumMap<>(Wrong.class);

  public void add(Wrong what, String message) {
    add(what, 1, message);
  }

  public synchronized void add(Wrong what, long count, String message) {
    counts.merge(what, count, Long::sum);
    List<String> messages = told.computeIfAbsent(what, w -> new ArrayList<>());
    if (messages.size() < MAX_TOLD) {
      messages.add(message);
    }
  }

  public synchronized long count(Wrong what) {
    return counts.getOrDefault(what, 0L);
  }

  /** What was wrong, and how often; without what was never. */
  public synchronized Map<Wrong, Long> counts() {
    return new EnumMap<>(counts);
  }

  /** In words, a line each. */
  public synchronized List<String> messages() {
    List<String> lines = new ArrayList<>();
    told.forEach((what, messages) -> messages.forEach(m -> lines.add(what + ": " + m)));
    return lines;
  }
}
