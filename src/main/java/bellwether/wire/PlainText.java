package bellwether.wire;

/** What is asked of every text that people give: well-formed, not too long, nothing hidden. */
public final class PlainText {
  private PlainText() {}

  /**
   * Checks a text that is one line.
   *
   * @param field what to call it in the message
   * @param maxLength in characters: code points of Unicode
   * @throws IllegalArgumentException saying what is wrong with it, in words fit for an API user
   */
  public static void require(String field, String text, int maxLength) {
    require(field, text, maxLength, "");
  }

  /**
   * The same, with some control characters allowed.
   *
   * @param allowed control characters that it may contain
   */
  public static void require(String field, String text, int maxLength, String allowed) {
    if (isLonger(text, maxLength)) {
      throw new IllegalArgumentException(field + " is longer than " + maxLength + " characters");
    }
    if (text.chars().anyMatch(c -> Character.isISOControl(c) && allowed.indexOf(c) < 0)) {
      throw new IllegalArgumentException(field + " contains a control character");
    }
    requireWellFormed(field, text);
  }

  /**
   * Checks a text that may have control characters, and any length.
   *
   * @throws IllegalArgumentException if it has half of a surrogate pair, which no UTF-8 can say
   */
  public static void requireWellFormed(String field, String text) {
    if (!isWellFormed(text)) {
      throw new IllegalArgumentException(field + " is not well-formed Unicode");
    }
  }

  /** Whether UTF-8 can say it: it has no half of a surrogate pair. */
  public static boolean isWellFormed(String text) {
    return Surrogates.indexOfLone(text, 0) < 0;
  }

  /**
   * Whether the text has more characters than so many: an emoji is one, though Java has it as two.
   */
  public static boolean isLonger(String text, int most) {
    return text.length() > most && text.codePointCount(0, text.length()) > most;
  }
}
