package bellwether.notification;

import java.util.Locale;

/** The importance of a notification. In JSON and in the table it is the name in lower case. */
public enum Severity {
  INFO,
  SUCCESS,
  WARNING,
  CRITICAL;

  /**
   * Reads the word that {@link #word} writes.
   *
   * @throws IllegalArgumentException if it is not one of these
   */
  static Severity of(String word) {
    for (Severity severity : values()) {
      if (severity.word().equals(word)) {
        return severity;
      }
    }
    throw new IllegalArgumentException("severity must be info, success, warning or critical");
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
