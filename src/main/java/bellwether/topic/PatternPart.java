package bellwether.topic;

/**
 * A stretch of a URL pattern: fixed text, or a group (URL Pattern, section 2.1.3).
 *
 * @param value the fixed text, or the group's own regular expression; else empty
 * @param repeat {@code ?}, {@code *} or {@code +}; empty for exactly once
 * @param prefix fixed text before the group, repeated with it
 * @param suffix fixed text behind the group, repeated with it
 */
record PatternPart(Type type, String value, String repeat, String prefix, String suffix) {
  enum Type {
    FIXED,
    /** Matches some characters, but no delimiter. */
    SEGMENT,
    ANYTHING,
    REGEXP
  }

  PatternPart withoutPrefix() {
    return new PatternPart(type, value, repeat, "", suffix);
  }

  boolean isRepeated() {
    return repeat.equals("*") || repeat.equals("+");
  }
}
