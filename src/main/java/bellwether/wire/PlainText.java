package bellwether.wire;

/** What is asked of every text that people give: well-formed, not too long, nothing hidden. */
public final class PlainText {
  private PlainText() {}

  /**
   * Checks a text that is one line.
   *
   * @param field what to call it in the message
   * @param maxLength in characters, as Java counts them
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
    if (text.length() > maxLength) {
      throw new IllegalArgumentException(field + " is longer than " + maxLength + " characters");
    }
    if (text.chars().anyMatch(c -> Character.isISOControl(c) && allowed.indexOf(c) < 0)) {
      throw new IllegalArgumentException(field + " contains a control character");
    }
    if (Surrogates.indexOfLone(text, 0) >= 0) {
      throw new IllegalArgumentException(field + " is not well-formed Unicode");
    }
  }
}
