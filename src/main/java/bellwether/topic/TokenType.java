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
  /** A character without a meaning at its place. */
  INVALID,
  END
}
