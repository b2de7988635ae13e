package bellwether.topic;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URI template (RFC 6570) that matches all texts to which it can expand. All operators and
 * modifiers are known; any variable may be undefined, a list or a map.
 *
 * <p>Values may have characters beyond ASCII as they are, although an expansion would have
 * percent-encoded them: topics are text, and a topic with an é should match.
 */
final class UriTemplate {
  private static final Pattern EXPRESSION = Pattern.compile("\\{([+#./;?&]?)([^{}]*)\\}");
  private static final Pattern VARIABLE =
      Pattern.compile("((?:[\\w.]|%[0-9A-Fa-f]{2})+)(?:(\\*)|:([1-9][0-9]{0,3}))?");

  private static final CharSet HEX = CharSet.EMPTY.with('0', '9').with('a', 'f').with('A', 'F');
  private static final CharSet UNRESERVED =
      CharSet.EMPTY
          .with('a', 'z')
          .with('A', 'Z')
          .with('0', '9')
          .or(CharSet.ascii(c -> "-._~".indexOf(c) >= 0))
          .withAllBeyondAscii();
  private static final CharSet RESERVED_CHARACTERS =
      CharSet.ascii(c -> ":/?#[]@!$&'()*+,;=".indexOf(c) >= 0);

  private final Automaton automaton;
  private final String prefix; // the text before the first expression: most topics fail here

  private UriTemplate(Automaton automaton, String prefix) {
    this.automaton = automaton;
    this.prefix = prefix;
  }

  /**
   * Parses a template.
   *
   * @param maxCost the most states that its automaton may have, which bounds memory and work
   * @return null if the text is not a valid template, or has no expression
   * @throws IllegalArgumentException if it would be larger
   */
  static @Nullable UriTemplate parse(String text, int maxCost) {
    AutomatonBuilder automaton = new AutomatonBuilder("topic template", maxCost);
    Matcher expression = EXPRESSION.matcher(text);
    StringBuilder literals = new StringBuilder();
    String prefix = null;
    int state = 0;
    int from = 0;
    while (expression.find()) {
      String literal = text.substring(from, expression.start());
      literals.append(literal);
      from = expression.end();
      if (prefix == null) {
        prefix = literal; // compared as fixed text, so the automaton begins behind it
      } else {
        state = automaton.literal(state, literal);
      }
      String[] variables = expression.group(2).split(",", -1);
      for (String variable : variables) {
        if (!VARIABLE.matcher(variable).matches()) {
          return null;
        }
      }
      state = addExpression(automaton, state, Operator.of(expression.group(1)), variables);
    }
    literals.append(text, from, text.length());
    if (prefix == null || literals.chars().anyMatch(c -> c == '{' || c == '}')) {
      return null;
    }
    int end = automaton.literal(state, text.substring(from));
    return new UriTemplate(automaton.accepting(end), prefix);
  }

  /**
   * Returns the cost of keeping and matching the template: the number of states of its automaton.
   */
  int cost() {
    return automaton.cost();
  }

  String prefix() {
    return prefix;
  }

  boolean matches(String text) {
    return text.startsWith(prefix) && automaton.matches(text, prefix.length());
  }

  /*
   * Two tracks run side by side through the variables: on the first no variable has been expanded
   * yet, on the second one has. A variable is either skipped, or taken with the separator of its
   * track.
   */
  private static int addExpression(
      AutomatonBuilder automaton, int start, Operator operator, String[] variables) {
    int none = start;
    int some = automaton.newState();
    for (String variable : variables) {
      int nextNone = automaton.newState();
      int nextSome = automaton.newState();
      automaton.skip(none, nextNone);
      automaton.skip(some, nextSome);
      int item = automaton.newState();
      automaton.skip(automaton.literal(none, operator.first), item);
      automaton.skip(automaton.literal(some, operator.separator), item);
      automaton.skip(addItem(automaton, item, operator, variable), nextSome);
      none = nextNone;
      some = nextSome;
    }
    automaton.skip(none, some);
    return some;
  }

  private static int addItem(
      AutomatonBuilder automaton, int from, Operator operator, String variable) {
    Matcher parts = VARIABLE.matcher(variable);
    var unused = parts.matches();
    if (parts.group(2) != null) {
      return addExploded(automaton, from, operator);
    }
    int state = operator.named ? automaton.literal(from, parts.group(1)) : from;
    int end = automaton.newState();
    if (operator == Operator.PARAMETER) {
      automaton.skip(state, end); // only there may an empty value omit its equals sign
    }
    state = operator.named ? automaton.literal(state, "=") : state;
    if (parts.group(3) == null) {
      addValueLoop(automaton, state, operator.valueCharacters());
    } else {
      for (int i = Integer.parseInt(parts.group(3)); i > 0; i--) {
        automaton.skip(state, end);
        int next = automaton.newState();
        addValueCharacter(automaton, state, operator.valueCharacters(), next);
        state = next;
      }
    }
    automaton.skip(state, end);
    return end;
  }

  /** Adds an exploded list or map: {@code a,b}, {@code k=v,l=w}, {@code ?list=a&list=b}. */
  private static int addExploded(AutomatonBuilder automaton, int from, Operator operator) {
    int loop = automaton.newState();
    automaton.skip(from, loop);
    addValueLoop(automaton, loop, operator.valueCharacters().with('=', '='));
    automaton.skip(automaton.literal(loop, operator.separator), loop);
    return loop;
  }

  private static void addValueLoop(AutomatonBuilder automaton, int state, CharSet value) {
    addValueCharacter(automaton, state, value.with(',', ','), state);
  }

  private static void addValueCharacter(
      AutomatonBuilder automaton, int from, CharSet value, int to) {
    automaton.step(from, value, to);
    int first = automaton.literal(from, "%");
    int second = automaton.newState();
    automaton.step(first, HEX, second);
    automaton.step(second, HEX, to);
  }

  /** The operators of expressions (RFC 6570, appendix A). */
  private enum Operator {
    SIMPLE("", "", ",", false, false),
    RESERVED("+", "", ",", false, true),
    FRAGMENT("#", "#", ",", false, true),
    LABEL(".", ".", ".", false, false),
    PATH("/", "/", "/", false, false),
    PARAMETER(";", ";", ";", true, false),
    QUERY("?", "?", "&", true, false),
    CONTINUATION("&", "&", "&", true, false);

    private final String symbol;
    private final String first;
    private final String separator;
    private final boolean named;
    private final boolean reserved; // whether values may have reserved characters as they are

    Operator(String symbol, String first, String separator, boolean named, boolean reserved) {
      this.symbol = symbol;
      this.first = first;
      this.separator = separator;
      this.named = named;
      this.reserved = reserved;
    }

    /** Returns the characters that values may have as they are. */
    CharSet valueCharacters() {
      return reserved ? UNRESERVED.or(RESERVED_CHARACTERS) : UNRESERVED;
    }

    static Operator of(String symbol) {
      for (Operator operator : values()) {
        if (operator.symbol.equals(symbol)) {
          return operator;
        }
      }
      throw new IllegalArgumentException("not an operator: " + symbol);
    }
  }
}
