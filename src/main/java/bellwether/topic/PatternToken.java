package bellwether.topic;

import java.util.ArrayList;
import java.util.List;

/**
 * A token: the smallest piece of a URL pattern with a meaning of its own (URL Pattern, section
 * 2.1.2).
 *
 * @param index the index at which the token begins
 * @param value the token's text, without the backslash, the colon or the parentheses
 */
record PatternToken(TokenType type, int index, String value) {
  /**
   * Returns the tokens of the text; the last is an END.
   *
   * @param isLenient whether a character without meaning stands for itself
   * @throws IllegalArgumentException if it is not lenient and there is such a character
   */
  static List<PatternToken> in(String text, boolean isLenient) {
    List<PatternToken> tokens = new ArrayList<>();
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int next = i + Character.charCount(c);
      PatternToken token;
      if (c == '\\' && next < text.length()) {
        int after = text.offsetByCodePoints(next, 1);
        token = new PatternToken(TokenType.ESCAPED, i, text.substring(next, after));
        next = after;
      } else if (c == ':' && endOfName(text, next) > next) {
        int end = endOfName(text, next);
        token = new PatternToken(TokenType.NAME, i, text.substring(next, end));
        next = end;
      } else if (c == '(' && endOfRegexp(text, next) > next) {
        int end = endOfRegexp(text, next);
        token = new PatternToken(TokenType.REGEXP, i, text.substring(next, end));
        next = end + 1;
      } else {
        token = new PatternToken(typeOf(c), i, text.substring(i, next));
      }
      if (token.type == TokenType.INVALID && !isLenient) {
        throw new IllegalArgumentException("URL pattern is not understood from '" + at(text, i));
      }
      tokens.add(token);
      i = next;
    }
    tokens.add(new PatternToken(TokenType.END, text.length(), ""));
    return tokens;
  }

  private static TokenType typeOf(int c) {
    return switch (c) {
      case '{' -> TokenType.OPEN;
      case '}' -> TokenType.CLOSE;
      case '?', '+' -> TokenType.MODIFIER;
      case '*' -> TokenType.ASTERISK;
      case '\\', ':', '(' -> TokenType.INVALID; // no name or expression follows
      default -> TokenType.CHAR;
    };
  }

  private static String at(String text, int index) {
    return text.substring(index, Math.min(text.length(), index + 20)) + "' on";
  }

  private static int endOfName(String text, int start) {
    int i = start;
    while (i < text.length() && isOfName(text.codePointAt(i), i == start)) {
      i = text.offsetByCodePoints(i, 1);
    }
    return i;
  }

  /** Returns whether a name may have the character, by JavaScript's rules. */
  private static boolean isOfName(int c, boolean isFirst) {
    boolean isLetter =
        isFirst
            ? Character.isUnicodeIdentifierStart(c)
            : Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
    return isLetter || c == '$' || c == '_';
  }

  /**
   * Returns the index of the parenthesis that closes the one before {@code start}; -1 if no regular
   * expression follows.
   */
  private static int endOfRegexp(String text, int start) {
    int depth = 1;
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isGroup = text.startsWith("(?", i);
      if (c > 127 || (c == '(' && !isGroup) || (c == '?' && i == start)) {
        return -1;
      }
      if (c == ')') {
        depth--;
        if (depth == 0) {
          return i;
        }
      } else if (isGroup) {
        depth++;
      } else if (c == '\\') {
        i++; // an escaped character is not a parenthesis
      }
    }
    return -1;
  }
}
