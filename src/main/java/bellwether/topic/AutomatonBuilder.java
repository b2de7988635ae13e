package bellwether.topic;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Builds an {@link Automaton}, state by state. At first there is state 0, where matching begins.
 */
final class AutomatonBuilder {
  private record Step(CharSet set, int to) {}

  private final String what;
  private final int maxStates;
  private final List<List<Step>> steps = new ArrayList<>();
  private final List<BitSet> skips = new ArrayList<>(); // states reached without a character

  /**
   * Creates a builder of an automaton with one state.
   *
   * @param what the pattern's kind, for messages
   * @param maxStates the most states, which bounds memory and work
   */
  AutomatonBuilder(String what, int maxStates) {
    this.what = what;
    this.maxStates = maxStates;
    newState();
  }

  /**
   * Adds a state.
   *
   * @throws PatternTooLargeException if that is one too many
   */
  int newState() {
    if (steps.size() >= maxStates) {
      throw new PatternTooLargeException(what + " is too large");
    }
    steps.add(new ArrayList<>(2));
    skips.add(new BitSet());
    return steps.size() - 1;
  }

  void step(int from, CharSet set, int to) {
    steps.get(from).add(new Step(set, to));
  }

  void skip(int from, int to) {
    skips.get(from).set(to);
  }

  /** Adds the states that take exactly these characters, after {@code from}; returns the last. */
  int literal(int from, String text) {
    int state = from;
    for (int i = 0; i < text.length(); i++) {
      int next = newState();
      step(state, CharSet.of(text.charAt(i)), next);
      state = next;
    }
    return state;
  }

  int states() {
    return steps.size();
  }

  /** Returns the automaton that accepts a text which ends in this state. */
  Automaton accepting(int state) {
    int[] places = new int[steps.size()]; // of the states with steps: others only lead to them
    int matter = 0;
    for (int i = 0; i < places.length; i++) {
      places[i] = i == state || !steps.get(i).isEmpty() ? matter++ : -1;
    }
    int words = (matter + Long.SIZE - 1) / Long.SIZE;
    int[] firstStep = new int[matter + 1];
    List<CharSet> sets = new ArrayList<>();
    List<long[]> targets = new ArrayList<>();
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        firstStep[places[i]] = sets.size();
        for (Step step : steps.get(i)) {
          sets.add(step.set());
          targets.add(reached(step.to(), places, words));
        }
      }
    }
    firstStep[matter] = sets.size();
    return new Automaton(
        reached(0, places, words),
        firstStep,
        sets.toArray(CharSet[]::new),
        targets.toArray(long[][]::new),
        places[state],
        steps.size());
  }

  /** Returns the states with steps among those that are reached without a character. */
  private long[] reached(int from, int[] places, int words) {
    BitSet seen = new BitSet(places.length);
    BitSet next = new BitSet(places.length);
    next.set(from);
    for (int state = from; state >= 0; state = next.nextSetBit(0)) {
      next.clear(state);
      seen.set(state);
      next.or(skips.get(state));
      next.andNot(seen);
    }
    long[] mask = new long[words];
    for (int state = seen.nextSetBit(0); state >= 0; state = seen.nextSetBit(state + 1)) {
      if (places[state] >= 0) {
        mask[places[state] / Long.SIZE] |= 1L << places[state];
      }
    }
    return mask;
  }
}
