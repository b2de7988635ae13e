package bellwether.topic;

/**
 * A nondeterministic finite automaton over characters, run on all its states at once: matching a
 * text takes time bounded by its length times the number of states, so no input makes it backtrack.
 * Immutable; any thread.
 */
final class Automaton {
  private final long[] start; // bits of states
  private final int[] firstStep; // of each state, and behind the last
  private final long[] low; // of each step, the characters that it takes: see CharSet
  private final long[] high;
  private final int[] beyond;
  private final long[][] targets; // of each step, the bits of the states that it leads to
  private final int accepting;
  private final int cost;

  /** Creates an automaton; {@link AutomatonBuilder} makes the arguments. */
  Automaton(
      long[] start, int[] firstStep, CharSet[] sets, long[][] targets, int accepting, int cost) {
    this.start = start;
    this.firstStep = firstStep;
    this.targets = targets;
    this.accepting = accepting;
    this.cost = cost;
    this.low = new long[sets.length];
    this.high = new long[sets.length];
    this.beyond = new int[sets.length];
    for (int i = 0; i < sets.length; i++) {
      low[i] = sets[i].low();
      high[i] = sets[i].high();
      beyond[i] = sets[i].beyond();
    }
  }

  /**
   * Returns the cost of keeping and matching the automaton: the number of states that it was built
   * with.
   */
  int cost() {
    return cost;
  }

  /** Returns whether the automaton takes the whole text from this index on. */
  boolean matches(String text, int from) {
    long[] current = start.clone();
    long[] next = new long[current.length];
    for (int i = from; i < text.length(); i++) {
      if (!advance(text.charAt(i), current, next)) {
        return false;
      }
      long[] spent = current;
      current = next;
      next = spent;
    }
    return (current[accepting / Long.SIZE] >>> accepting & 1) != 0;
  }

  /**
   * Takes a character; returns whether any state is left. {@code next} need not be empty before.
   */
  private boolean advance(char c, long[] current, long[] next) {
    for (int w = 0; w < next.length; w++) {
      next[w] = 0;
    }
    boolean isAny = false;
    for (int w = 0; w < current.length; w++) {
      for (long left = current[w]; left != 0; left &= left - 1) {
        int state = w * Long.SIZE + Long.numberOfTrailingZeros(left);
        for (int step = firstStep[state]; step < firstStep[state + 1]; step++) {
          if (takes(step, c)) {
            isAny = true;
            long[] target = targets[step];
            for (int t = 0; t < next.length; t++) {
              next[t] |= target[t];
            }
          }
        }
      }
    }
    return isAny;
  }

  private boolean takes(int step, char c) {
    if (c < 128) {
      return ((c < 64 ? low[step] : high[step]) >>> c & 1) != 0;
    }
    return beyond[step] == CharSet.ALL || beyond[step] == c;
  }
}
