package bellwether.wire;

/** Finds surrogates that are not half of a pair: a Java string may hold them, UTF-8 may not. */
final class Surrogates {
  private Surrogates() {}

  /**
   * Returns the index of the first lone surrogate, or -1.
   *
   * @param from where to start looking; not the second half of a pair
   */
  static int indexOfLone(CharSequence text, int from) {
    int next = from;
    while (next < text.length()) {
      int codePoint = Character.codePointAt(text, next); // of a lone surrogate: itself
      if (Character.MIN_SURROGATE <= codePoint && codePoint <= Character.MAX_SURROGATE) {
        return next;
      }
      next += Character.charCount(codePoint);
    }
    return -1;
  }

  /** Returns the text with U+FFFD for each lone surrogate, as Web IDL makes a USVString. */
  static String replaceLone(String text) {
    int lone = indexOfLone(text, 0);
    if (lone < 0) {
      return text;
    }
    StringBuilder replaced = new StringBuilder(text);
    for (; lone >= 0; lone = indexOfLone(replaced, lone + 1)) {
      replaced.setCharAt(lone, '\uFFFD');
    }
    return replaced.toString();
  }
}
