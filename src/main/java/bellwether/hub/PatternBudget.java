package bellwether.hub;

import bellwether.topic.TopicFilter;
import bellwether.topic.TopicSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A budget for all URI templates and URL patterns of all subscribers together, since each event is
 * tried against all that may match. Equal filters count once, however many subscribers have them;
 * filters for one topic by its name cost nothing.
 *
 * <p>Each beginning, the fixed text before the first expression of a template, has a small share of
 * its own, because no topic has many beginnings. What goes beyond it, and every filter without a
 * fixed beginning, draws on the common part. Of that, strangers may use half, so that they cannot
 * keep out those who have shown a token. Any thread.
 */
public final class PatternBudget {
  /** The usual size of the common part, in states: see {@link TopicFilter#work}. */
  public static final int USUAL = 8192;

  /** The share of each beginning. */
  static final int OF_A_BEGINNING = 64;

  private final int max;

  // Guarded by this.
  private final Map<TopicFilter, Use> uses = new HashMap<>();
  private final Map<String, Integer> ofBeginnings = new HashMap<>();
  private int common;

  /** A filter that is counted. It is changed in place: taking it off is not to need memory. */
  private static final class Use {
    final boolean isCommon; // whether it draws on the common part
    int subscribers;

    Use(boolean isCommon) {
      this.isCommon = isCommon;
    }
  }

  /**
   * Creates a budget that nobody has used yet.
   *
   * @param max the size of the common part
   */
  public PatternBudget(int max) {
    this.max = max;
  }

  /** Returns how much of the common part is used. */
  public synchronized int used() {
    return common;
  }

  /** Returns whether a subscriber of these topics would be let in, if nobody comes first. */
  public synchronized boolean hasRoom(TopicSelector topics, boolean isStranger) {
    return fits(topics, isStranger);
  }

  /** Counts a subscriber, if it is let in. */
  synchronized boolean take(TopicSelector topics, boolean isStranger) {
    boolean fits = fits(topics, isStranger);
    if (fits) {
      add(topics);
    }
    return fits;
  }

  /** Counts a subscriber that is always let in. All of its filters are counted, or none. */
  synchronized void add(TopicSelector topics) {
    List<TopicFilter> filters = topics.filters();
    int counted = 0;
    try {
      while (counted < filters.size()) {
        add(filters.get(counted));
        counted++;
      }
    } catch (RuntimeException | Error e) { // no memory for it
      removeFirst(counted, filters);
      throw e;
    }
  }

  /** Gives back what a subscriber took that has ended. */
  synchronized void remove(TopicSelector topics) {
    removeFirst(topics.filters().size(), topics.filters());
  }

  private void add(TopicFilter filter) {
    if (filter.work() == 0) {
      return;
    }
    Use use = uses.get(filter);
    if (use == null) {
      use = new Use(!hasOwnShare(filter));
      uses.put(filter, use);
      charge(filter, use);
    }
    use.subscribers++;
  }

  private void removeFirst(int count, List<TopicFilter> filters) {
    for (int i = 0; i < count; i++) {
      TopicFilter filter = filters.get(i);
      Use use = uses.get(filter);
      if (use != null && --use.subscribers == 0) {
        uses.remove(filter);
        refund(filter, use);
      }
    }
  }

  /** Returns whether what is new among the filters is within the common part that is left. */
  private boolean fits(TopicSelector topics, boolean isStranger) {
    long needed = 0;
    for (TopicFilter filter : topics.filters()) {
      if (filter.work() > 0 && !uses.containsKey(filter) && !hasOwnShare(filter)) {
        needed += filter.work();
      }
    }
    return needed == 0 || common + needed <= (isStranger ? max / 2 : max);
  }

  private boolean hasOwnShare(TopicFilter filter) {
    String beginning = filter.beginning();
    return !beginning.isEmpty()
        && ofBeginnings.getOrDefault(beginning, 0) + filter.work() <= OF_A_BEGINNING;
  }

  private void charge(TopicFilter filter, Use use) {
    if (use.isCommon) {
      common += filter.work();
      return;
    }
    try {
      ofBeginnings.merge(filter.beginning(), filter.work(), Integer::sum);
    } catch (RuntimeException | Error e) { // no memory for it
      uses.remove(filter);
      throw e;
    }
  }

  private void refund(TopicFilter filter, Use use) {
    if (use.isCommon) {
      common -= filter.work();
      return;
    }
    int left = ofBeginnings.getOrDefault(filter.beginning(), 0) - filter.work();
    if (left == 0) {
      ofBeginnings.remove(filter.beginning());
    } else {
      ofBeginnings.put(filter.beginning(), left);
    }
  }
}
