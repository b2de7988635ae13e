package bellwether.topic;

/** What a {@link PatternToken} is. */
enum TokenType {
  OPEN,
  CLOSE,
  REGEXP,
  NAME,
  CHAR,
  ESCAPED,
  /** {@code ?} or {@code +}. */
  MODIFIER,
  ASTERISK,
  /** What means nothing where it stands. */
  INVALID,
  END
}
