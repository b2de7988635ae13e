package bellwether.wire;

/**
 * Checks text that users enter: it must be well-formed, not too long, and free of hidden
 * characters.
 */
public final class PlainText {
  private PlainText() {}

  /**
   * Checks a text of one line.
   *
   * @param field the name in the message
   * @param maxLength in characters: code points of Unicode
   * @throws IllegalArgumentException saying what is wrong with the text, in words fit for an API
   *     user
   */
  public static void require(String field, String text, int maxLength) {
    require(field, text, maxLength, "");
  }

  /**
   * Checks a text of one line that may also contain some control characters.
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
   * Checks that UTF-8 can express a text of any length, control characters included.
   *
   * @throws IllegalArgumentException if it has half of a surrogate pair, which UTF-8 cannot express
   */
  public static void requireWellFormed(String field, String text) {
    if (!isWellFormed(text)) {
      throw new IllegalArgumentException(field + " is not well-formed Unicode");
    }
  }

  /** Returns whether UTF-8 can express the text: it has no half of a surrogate pair. */
  public static boolean isWellFormed(String text) {
    return Surrogates.indexOfLone(text, 0) < 0;
  }

  /**
   * Returns whether the text has more than {@code max} characters: an emoji is one, though Java
   * stores it as two.
   */
  public static boolean isLonger(String text, int max) {
    return text.length() > max && text.codePointCount(0, text.length()) > max;
  }
}
