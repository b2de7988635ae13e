package bellwether.topic;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.function.Predicate;

/**
 * The pattern of one component of a URL: fixed text, and perhaps a regular expression behind it.
 * RE2 matches it in time bounded by the component's length times the number of states, so no input
 * makes it backtrack.
 */
final class ComponentPattern {
  private final String prefix; // fixed text, compared first: most topics fail here
  private final Predicate<String> rest;
  private final int states;

  private ComponentPattern(String prefix, Predicate<String> rest, int states) {
    this.prefix = prefix;
    this.rest = rest;
    this.states = states;
  }

  /**
   * @param maxCost the most states it may have, which bounds memory and work
   * @throws IllegalArgumentException if it is not a pattern, or would be larger
   */
  static ComponentPattern parse(String pattern, ComponentSyntax syntax, int maxCost) {
    List<PatternPart> parts = PatternParser.parse(pattern, syntax);
    String prefix = "";
    if (!parts.isEmpty() && isText(parts.get(0))) {
      prefix = parts.remove(0).value();
    }
    if (!parts.isEmpty() && parts.get(0).repeat().isEmpty()) {
      prefix += parts.get(0).prefix();
      parts.set(0, parts.get(0).withoutPrefix());
    }
    if (parts.isEmpty()) {
      return new ComponentPattern(prefix, String::isEmpty, 0);
    }
    if (parts.size() == 1 && isWildcard(parts.get(0))) {
      return new ComponentPattern(prefix, text -> true, 0);
    }
    StringBuilder regexp = new StringBuilder();
    long states = 2; // where it ends
    for (PatternPart part : parts) {
      states += append(part, syntax, regexp);
    }
    if (states > maxCost) {
      throw new IllegalArgumentException("URL pattern is too large");
    }
    return new ComponentPattern(prefix, compile(regexp.toString())::matches, (int) states);
  }

  boolean matches(String text) {
    return text.startsWith(prefix) && rest.test(text.substring(prefix.length()));
  }

  /** Returns the most states that RE2 may be in: what it costs to keep and to match. */
  int cost() {
    return states;
  }

  private static Pattern compile(String regexp) {
    try {
      return Pattern.compile(regexp);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "URL pattern has a regular expression with " + e.getDescription(), e);
    }
  }

  private static boolean isText(PatternPart part) {
    return part.type() == PatternPart.Type.FIXED && part.repeat().isEmpty();
  }

  private static boolean isWildcard(PatternPart part) {
    return part.type() == PatternPart.Type.ANYTHING
        && part.prefix().isEmpty()
        && part.suffix().isEmpty();
  }

  /** Returns the most states that the part takes. */
  private static long append(PatternPart part, ComponentSyntax syntax, StringBuilder out) {
    if (part.type() == PatternPart.Type.FIXED) {
      out.append("(?:").append(Pattern.quote(part.value())).append(')').append(part.repeat());
      return part.value().length() + 2L;
    }
    String prefix = Pattern.quote(part.prefix());
    String suffix = Pattern.quote(part.suffix());
    String once = "(?:" + regexp(part, syntax) + ")";
    long fixed = part.prefix().length() + part.suffix().length() + 2L;
    long group = part.type() == PatternPart.Type.REGEXP ? CustomRegexp.measure(part.value()) : 2;
    if (!part.isRepeated() || (prefix.isEmpty() && suffix.isEmpty())) {
      out.append("(?:" + prefix + once + suffix + ")" + part.repeat());
      return fixed + group;
    }
    String more = "(?:" + suffix + prefix + once + ")*";
    out.append(
        "(?:" + prefix + once + more + suffix + ")" + (part.repeat().equals("*") ? "?" : ""));
    return 2 * (fixed + group);
  }

  private static String regexp(PatternPart part, ComponentSyntax syntax) {
    if (part.type() == PatternPart.Type.REGEXP) {
      return part.value();
    }
    boolean stops = part.type() == PatternPart.Type.SEGMENT && !syntax.delimiter().isEmpty();
    String character = stops ? "[^" + Pattern.quote(syntax.delimiter()) + "]" : ".";
    return character + (part.type() == PatternPart.Type.SEGMENT ? "+" : "*");
  }
}
