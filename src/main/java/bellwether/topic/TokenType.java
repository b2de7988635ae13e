package bellwether.topic;

/** The type of a {@link PatternToken}. */
enum TokenType {
  OPEN,
  CLOSE,
  REGEXP,
  NAME,
  CHAR,
  ESCAPED,
  /** A {@code ?} or a {@code +}. */
  MODIFIER,
  ASTERISK,
  /** A character that means nothing where it stands. */
  INVALID,
  END
}
