package bellwether.topic;

import java.util.function.IntPredicate;

/**
 * A set of characters (UTF-16). It has none, all, or exactly one of the characters beyond ASCII.
 *
 * @param low the bits of characters 0 to 63
 * @param high the bits of characters 64 to 127
 * @param beyond {@link #NONE}, {@link #ALL}, or one character beyond ASCII
 */
record CharSet(long low, long high, int beyond) {
  static final int NONE = -1;
  static final int ALL = -2;

  static final CharSet EMPTY = new CharSet(0, 0, NONE);
  static final CharSet ANYTHING = new CharSet(-1, -1, ALL);

  static CharSet of(char c) {
    return c < 128 ? EMPTY.with(c, c) : new CharSet(0, 0, c);
  }

  /** Returns the set of the ASCII characters that are wanted. */
  static CharSet ascii(IntPredicate wanted) {
    CharSet set = EMPTY;
    for (char c = 0; c < 128; c++) {
      set = wanted.test(c) ? set.with(c, c) : set;
    }
    return set;
  }

  /**
   * Returns the set with the ASCII characters from one to another; none of them if they are in the
   * wrong order.
   */
  CharSet with(char first, char last) {
    long newLow = low;
    long newHigh = high;
    for (int c = first; c <= last; c++) {
      if (c < 64) {
        newLow |= 1L << c;
      } else {
        newHigh |= 1L << c; // the shift takes the number modulo 64
      }
    }
    return new CharSet(newLow, newHigh, beyond);
  }

  CharSet withAllBeyondAscii() {
    return new CharSet(low, high, ALL);
  }

  /** Returns the union with a set of ASCII characters, or with the complement of one. */
  CharSet or(CharSet other) {
    return new CharSet(low | other.low, high | other.high, beyond == NONE ? other.beyond : beyond);
  }

  /** Returns the complement of a set that has none or all beyond ASCII. */
  CharSet not() {
    return new CharSet(~low, ~high, beyond == NONE ? ALL : NONE);
  }
}
