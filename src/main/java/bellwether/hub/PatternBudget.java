package bellwether.hub;

import bellwether.topic.TopicFilter;
import bellwether.topic.TopicSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A budget for the URI templates and URL patterns of all subscribers together, since each event is
 * tried against all that may match. Equal filters count once, however many subscribers have them; a
 * filter for one topic by its name costs nothing.
 *
 * <p>Each beginning, the fixed text before the first expression of a template, has a small share of
 * its own, because no topic has many beginnings. Filters beyond that share, and filters without a
 * fixed beginning, draw on the common part. Strangers, subscribers without credentials, may use
 * half of that, so that they cannot keep out the others. Any thread.
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
   * Creates a budget of which nothing is used.
   *
   * @param max the size of the common part
   */
  public PatternBudget(int max) {
    this.max = max;
  }

  /** Returns the used size of the common part. */
  public synchronized int used() {
    return common;
  }

  /**
   * Returns whether the budget has room for a subscriber of these topics, if no other one comes
   * before it.
   */
  public synchronized boolean hasRoom(TopicSelector topics, boolean isStranger) {
    return fits(topics, isStranger);
  }

  /** Counts a subscriber, if there is room for it; returns whether there is. */
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

  /** Gives back the share of a subscriber that has ended. */
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

  /** Returns whether the new ones among these filters fit into the rest of the common part. */
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
