package bellwether.topic;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pattern of one component of a URL: fixed text, and perhaps an automaton after it. It is
 * matched in time bounded by the component's length times the number of states, so no input makes
 * it backtrack.
 */
final class ComponentPattern {
  private final String prefix; // fixed text, compared first: most topics fail here
  private final boolean isOpen; // whether anything may follow it, if there is no automaton
  private final @Nullable Automaton rest;

  private ComponentPattern(String prefix, boolean isOpen, @Nullable Automaton rest) {
    this.prefix = prefix;
    this.isOpen = isOpen;
    this.rest = rest;
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
    boolean isOpen = parts.size() == 1 && isWildcard(parts.get(0));
    if (isOpen || parts.isEmpty()) {
      return new ComponentPattern(prefix, isOpen, null);
    }
    AutomatonBuilder automaton = new AutomatonBuilder("URL pattern", maxCost);
    int state = 0;
    for (PatternPart part : parts) {
      state = regexp(part, syntax).addTo(automaton, state);
    }
    return new ComponentPattern(prefix, false, automaton.accepting(state));
  }

  boolean matches(String text) {
    if (!text.startsWith(prefix)) {
      return false;
    }
    return rest == null
        ? isOpen || text.length() == prefix.length()
        : rest.matches(text, prefix.length());
  }

  /**
   * Returns the cost of keeping and matching the pattern: the number of states of its automaton.
   */
  int cost() {
    return rest == null ? 0 : rest.cost();
  }

  private static boolean isText(PatternPart part) {
    return part.type() == PatternPart.Type.FIXED && part.repeat().isEmpty();
  }

  private static boolean isWildcard(PatternPart part) {
    return part.type() == PatternPart.Type.ANYTHING
        && part.prefix().isEmpty()
        && part.suffix().isEmpty();
  }

  private static Regexp regexp(PatternPart part, ComponentSyntax syntax) {
    if (part.type() == PatternPart.Type.FIXED) {
      return Regexp.text(part.value()).repeated(part.repeat());
    }
    List<Regexp> group = new ArrayList<>();
    group.add(Regexp.text(part.prefix()));
    group.add(once(part, syntax));
    if (!part.isRepeated() || (part.prefix().isEmpty() && part.suffix().isEmpty())) {
      group.add(Regexp.text(part.suffix()));
      return new Regexp.Sequence(group).repeated(part.repeat());
    }
    Regexp between = Regexp.text(part.suffix() + part.prefix());
    group.add(new Regexp.Sequence(List.of(between, once(part, syntax))).repeated("*"));
    group.add(Regexp.text(part.suffix()));
    return new Regexp.Sequence(group).repeated(part.repeat().equals("*") ? "?" : "");
  }

  private static Regexp once(PatternPart part, ComponentSyntax syntax) {
    if (part.type() == PatternPart.Type.REGEXP) {
      return CustomRegexp.parse(part.value());
    }
    boolean stops = part.type() == PatternPart.Type.SEGMENT && !syntax.delimiter().isEmpty();
    CharSet one = stops ? CharSet.of(syntax.delimiter().charAt(0)).not() : CharSet.ANYTHING;
    return new Regexp.One(one).repeated(part.type() == PatternPart.Type.SEGMENT ? "+" : "*");
  }
}
