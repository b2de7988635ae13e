package bellwether.eventlog.file;

/**
 * An observation about a log's files, in words.
 *
 * @param isDamage whether data is missing that should be there
 */
public record Finding(String text, boolean isDamage) {
  static Finding damage(String text) {
    return new Finding(text, true);
  }

  static Finding note(String text) {
    return new Finding(text, false);
  }
}
