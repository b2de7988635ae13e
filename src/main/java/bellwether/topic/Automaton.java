package bellwether.topic;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A nondeterministic finite automaton over characters, run on all its states at once: matching a
 * text takes time bounded by its length times the number of states, so no input makes it backtrack.
 *
 * <p>Add all states first, then only match; matching is safe from any thread.
 */
final class Automaton {
  /** A set of characters that a step may take. */
  interface CharSet {
    boolean contains(char c);
  }

  private record Step(CharSet set, int to) {}

  private final int maxStates;
  private final List<List<Step>> steps = new ArrayList<>();
  private final List<BitSet> skips = new ArrayList<>(); // states reached without a character
  private int accepting;

  /** Creates an automaton with one state, numbered 0, where matching begins. */
  Automaton(int maxStates) {
    this.maxStates = maxStates;
    newState();
  }

  int newState() {
    if (steps.size() == maxStates) {
      throw new IllegalArgumentException("topic template is too large");
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
      char expected = text.charAt(i);
      int next = newState();
      step(state, c -> c == expected, next);
      state = next;
    }
    return state;
  }

  void accept(int state) {
    accepting = state;
  }

  int states() {
    return steps.size();
  }

  /** Returns whether it takes the whole text from this index on. */
  boolean matches(CharSequence text, int from) {
    BitSet current = new BitSet(steps.size());
    enter(0, current);
    BitSet next = new BitSet(steps.size());
    for (int i = from; i < text.length() && !current.isEmpty(); i++) {
      char c = text.charAt(i);
      next.clear();
      for (int state = current.nextSetBit(0); state >= 0; state = current.nextSetBit(state + 1)) {
        for (Step step : steps.get(state)) {
          if (step.set.contains(c)) {
            enter(step.to, next);
          }
        }
      }
      BitSet spent = current;
      current = next;
      next = spent;
    }
    return current.get(accepting);
  }

  private void enter(int state, BitSet into) {
    if (into.get(state)) {
      return;
    }
    into.set(state);
    BitSet onward = skips.get(state);
    for (int to = onward.nextSetBit(0); to >= 0; to = onward.nextSetBit(to + 1)) {
      enter(to, into);
    }
  }
}
