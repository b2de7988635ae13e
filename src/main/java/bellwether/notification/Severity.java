package bellwether.notification;

import java.util.Locale;

/** How much a notification matters; in JSON and in the table its name in lower case. */
public enum Severity {
  INFO,
  SUCCESS,
  WARNING,
  CRITICAL;

  /**
   * Reads the word that {@link #word} writes.
   *
   * @throws IllegalArgumentException if it is none of ours
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
