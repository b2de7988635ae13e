package bellwether.topic;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the pattern of one component (URL Pattern, section 2.1.5). */
final class PatternParser {
  private final ComponentSyntax syntax;
  private final List<PatternToken> tokens;
  private int index;
  private final StringBuilder pending = new StringBuilder(); // fixed text, not yet a part
  private final List<PatternPart> parts = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private PatternParser(String pattern, ComponentSyntax syntax) {
    this.syntax = syntax;
    this.tokens = PatternToken.in(pattern, false);
  }

  /**
   * Returns the parts of the pattern, fixed text encoded as it is in a URL.
   *
   * @throws IllegalArgumentException if it is not a pattern
   */
  static List<PatternPart> parse(String pattern, ComponentSyntax syntax) {
    PatternParser parser = new PatternParser(pattern, syntax);
    while (parser.tokens.get(parser.index).type() != TokenType.END) {
      parser.parseNext();
    }
    parser.endFixedText();
    return parser.parts;
  }

  private void parseNext() {
    PatternToken character = take(TokenType.CHAR);
    PatternToken name = take(TokenType.NAME);
    PatternToken group = takeGroup(name);
    if (name != null || group != null) {
      String before = character == null ? "" : character.value();
      boolean isPrefix = before.equals(syntax.prefix());
      pending.append(isPrefix ? "" : before);
      addPart(isPrefix ? before : "", name, group, "");
      return;
    }
    PatternToken fixed = character == null ? take(TokenType.ESCAPED) : character;
    if (fixed != null) {
      pending.append(fixed.value());
      return;
    }
    require(TokenType.OPEN);
    String prefix = takeText();
    PatternToken innerName = take(TokenType.NAME);
    PatternToken innerGroup = takeGroup(innerName);
    String suffix = takeText();
    require(TokenType.CLOSE);
    addPart(prefix, innerName, innerGroup, suffix);
  }

  private void addPart(
      String prefix, @Nullable PatternToken name, @Nullable PatternToken group, String suffix) {
    PatternToken modifier = take(TokenType.MODIFIER);
    modifier = modifier == null ? take(TokenType.ASTERISK) : modifier;
    String repeat = modifier == null ? "" : modifier.value();
    if (name == null && group == null && repeat.isEmpty()) {
      pending.append(prefix);
      return;
    }
    endFixedText();
    if (name == null && group == null) {
      if (!prefix.isEmpty()) {
        parts.add(
            new PatternPart(PatternPart.Type.FIXED, syntax.canonical(prefix), repeat, "", ""));
      }
      return;
    }
    if (name != null && !names.add(name.value())) {
      throw new IllegalArgumentException("URL pattern has two groups named " + name.value());
    }
    PatternPart.Type type = typeOf(group);
    parts.add(
        new PatternPart(
            type,
            type == PatternPart.Type.REGEXP && group != null ? group.value() : "",
            repeat,
            syntax.canonical(prefix),
            syntax.canonical(suffix)));
  }

  private static PatternPart.Type typeOf(@Nullable PatternToken group) {
    if (group == null) {
      return PatternPart.Type.SEGMENT;
    }
    return group.type() == TokenType.ASTERISK || group.value().equals(".*")
        ? PatternPart.Type.ANYTHING
        : PatternPart.Type.REGEXP;
  }

  private void endFixedText() {
    if (!pending.isEmpty()) {
      String text = syntax.canonical(pending.toString());
      parts.add(new PatternPart(PatternPart.Type.FIXED, text, "", "", ""));
      pending.setLength(0);
    }
  }

  private @Nullable PatternToken take(TokenType type) {
    PatternToken next = tokens.get(index);
    if (next.type() != type) {
      return null;
    }
    index++;
    return next;
  }

  private @Nullable PatternToken takeGroup(@Nullable PatternToken name) {
    PatternToken regexp = take(TokenType.REGEXP);
    return name == null && regexp == null ? take(TokenType.ASTERISK) : regexp;
  }

  private String takeText() {
    StringBuilder text = new StringBuilder();
    for (PatternToken next = takeFixed(); next != null; next = takeFixed()) {
      text.append(next.value());
    }
    return text.toString();
  }

  private @Nullable PatternToken takeFixed() {
    PatternToken character = take(TokenType.CHAR);
    return character == null ? take(TokenType.ESCAPED) : character;
  }

  private void require(TokenType type) {
    if (take(type) == null) {
      PatternToken found = tokens.get(index);
      throw new IllegalArgumentException(
          found.type() == TokenType.END
              ? "URL pattern ends within a group"
              : "URL pattern has '" + found.value() + "' where it means nothing");
    }
  }
}
