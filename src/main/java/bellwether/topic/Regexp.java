package bellwether.topic;

import java.util.List;
import java.util.stream.Collectors;

/** A regular expression that matches only whole texts. */
sealed interface Regexp {
  int ANY_NUMBER = -1;

  /** An expression for one character of a set. */
  record One(CharSet set) implements Regexp {
    @Override
    public int addTo(AutomatonBuilder automaton, int from) {
      int to = automaton.newState();
      automaton.step(from, set, to);
      return to;
    }
  }

  /** A sequence of expressions, one after the other. */
  record Sequence(List<Regexp> parts) implements Regexp {
    @Override
    public int addTo(AutomatonBuilder automaton, int from) {
      int state = from;
      for (Regexp part : parts) {
        state = part.addTo(automaton, state);
      }
      return state;
    }
  }

  /** A choice of one among several expressions. */
  record Choice(List<Regexp> alternatives) implements Regexp {
    @Override
    public int addTo(AutomatonBuilder automaton, int from) {
      int end = automaton.newState();
      for (Regexp alternative : alternatives) {
        automaton.skip(alternative.addTo(automaton, from), end);
      }
      return end;
    }
  }

  /**
   * A repetition.
   *
   * @param most or {@link #ANY_NUMBER}
   */
  record Repetition(Regexp once, int least, int most) implements Regexp {
    @Override
    public int addTo(AutomatonBuilder automaton, int from) {
      int state = addCopies(automaton, from);
      if (most == ANY_NUMBER) {
        int loop = automaton.newState();
        automaton.skip(state, loop);
        automaton.skip(once.addTo(automaton, loop), loop);
        return loop;
      }
      if (most == least) {
        return state;
      }
      int end = automaton.newState();
      automaton.skip(state, end);
      for (int i = least; i < most; i++) {
        int next = once.addTo(automaton, state);
        if (next == state) {
          break;
        }
        automaton.skip(next, end);
        state = next;
      }
      return end;
    }

    private int addCopies(AutomatonBuilder automaton, int from) {
      int state = from;
      for (int i = 0; i < least; i++) {
        int next = once.addTo(automaton, state);
        if (next == state) { // an empty text, and so would all others be
          break;
        }
        state = next;
      }
      return state;
    }
  }

  /**
   * Adds the states that match the expression.
   *
   * @return the last of them, which is {@code from} if there are none
   * @throws IllegalArgumentException if the automaton would be too large
   */
  int addTo(AutomatonBuilder automaton, int from);

  static Regexp text(String text) {
    return new Sequence(
        text.chars()
            .mapToObj(c -> new One(CharSet.of((char) c)))
            .collect(Collectors.toUnmodifiableList()));
  }

  /**
   * Returns a repetition of the expression.
   *
   * @param repeat as in patterns: {@code ?}, {@code *}, {@code +} or empty
   */
  default Regexp repeated(String repeat) {
    return switch (repeat) {
      case "?" -> new Repetition(this, 0, 1);
      case "*" -> new Repetition(this, 0, ANY_NUMBER);
      case "+" -> new Repetition(this, 1, ANY_NUMBER);
      default -> this;
    };
  }
}
