package bellwether.topic;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses the regular expression in the parentheses of a URL pattern: the part of JavaScript's
 * syntax that can be matched without backtracking. Anchors and word boundaries are not supported,
 * since the text before the group is not looked at again.
 */
final class CustomRegexp {
  private static final String ESCAPED = "\\\\[$^\\\\.*+?()\\[\\]{}|/]";
  private static final String CLASS_CHAR = "(?:\\\\[$^\\\\.*+?()\\[\\]{}|/-]|[^\\\\()\\[\\]{}/|-])";
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<open>\\(\\?:)|(?<close>\\))|(?<or>\\|)"
              + "|(?<repeat>(?:[*+?]|\\{(?<least>\\d{1,4})(?<range>,(?<most>\\d{1,4})?)?\\})\\??)"
              + "|(?<atom>[^\\\\$^*+?()\\[\\]{}|]|\\\\[dDwWsS]|"
              + ESCAPED
              + "|\\[\\^?+(?:\\\\[dDwWsS]|"
              + CLASS_CHAR
              + "(?:-"
              + CLASS_CHAR
              + ")?+)++\\])");
  // Doubled punctuation is reserved in classes, for set operations.
  private static final Pattern DOUBLED = Pattern.compile("([&!#$%*+,.:;<=>?@`~^])\\1");
  private static final Pattern CLASS_ITEM =
      Pattern.compile(
          "(?<kind>\\\\[dDwWsS])|(?<first>" + CLASS_CHAR + ")(?:-(?<last>" + CLASS_CHAR + "))?");

  private static final CharSet DIGIT = CharSet.EMPTY.with('0', '9');
  private static final CharSet WORD = DIGIT.with('a', 'z').with('A', 'Z').with('_', '_');
  private static final CharSet SPACE = CharSet.EMPTY.with('\t', '\r').with(' ', ' ');

  /** A group, which stands between two parentheses. */
  private static final class Group {
    private final List<Regexp> alternatives = new ArrayList<>();
    private List<Regexp> items = new ArrayList<>();
    private boolean mayBeRepeated; // the last item, if there is one

    void add(Regexp item) {
      items.add(item);
      mayBeRepeated = true;
    }

    void nextAlternative() {
      alternatives.add(new Regexp.Sequence(items));
      items = new ArrayList<>();
      mayBeRepeated = false;
    }

    Regexp whole() {
      nextAlternative();
      return alternatives.size() == 1 ? alternatives.get(0) : new Regexp.Choice(alternatives);
    }
  }

  private CustomRegexp() {}

  /**
   * Parses an expression of ASCII characters.
   *
   * @throws IllegalArgumentException if it is not supported
   */
  static Regexp parse(String regexp) {
    Deque<Group> groups = new ArrayDeque<>();
    groups.push(new Group());
    Matcher token = TOKEN.matcher(regexp);
    for (int i = 0; i < regexp.length(); i = token.end()) {
      token.region(i, regexp.length());
      if (!token.lookingAt() || !read(token, groups)) {
        throw new IllegalArgumentException(
            "URL pattern has a regular expression that is not understood from '"
                + regexp.substring(i, Math.min(regexp.length(), i + 20))
                + "' on (look-around, back references, anchors and set operations are not known)");
      }
    }
    return groups.element().whole();
  }

  private static boolean read(Matcher token, Deque<Group> groups) {
    Group group = groups.element();
    if (token.group("open") != null) {
      groups.push(new Group());
    } else if (token.group("close") != null) {
      groups.pop();
      if (groups.isEmpty()) {
        return false;
      }
      groups.element().add(group.whole());
    } else if (token.group("or") != null) {
      group.nextAlternative();
    } else if (token.group("repeat") != null) {
      if (!group.mayBeRepeated) {
        return false;
      }
      group.add(repetition(token, group.items.remove(group.items.size() - 1)));
      group.mayBeRepeated = false;
    } else {
      String atom = token.group("atom");
      boolean isClass = atom.startsWith("[");
      group.add(new Regexp.One(isClass ? classOf(atom) : setOf(atom)));
      return !isClass || !DOUBLED.matcher(atom).find(atom.startsWith("[^") ? 2 : 1);
    }
    return true;
  }

  private static Regexp repetition(Matcher repeat, Regexp once) {
    if (repeat.group("least") == null) {
      return once.repeated(repeat.group("repeat").substring(0, 1));
    }
    int least = Integer.parseInt(repeat.group("least"));
    String most = repeat.group("most");
    if (repeat.group("range") == null) {
      return new Regexp.Repetition(once, least, least);
    }
    if (most == null) {
      return new Regexp.Repetition(once, least, Regexp.ANY_NUMBER);
    }
    if (Integer.parseInt(most) < least) {
      throw refused("invalid repeat count");
    }
    return new Regexp.Repetition(once, least, Integer.parseInt(most));
  }

  private static CharSet classOf(String text) {
    boolean isNegated = text.startsWith("[^");
    CharSet set = CharSet.EMPTY;
    Matcher item = CLASS_ITEM.matcher(text);
    item.region(isNegated ? 2 : 1, text.length() - 1);
    while (item.lookingAt()) {
      set = set.or(item.group("kind") != null ? setOf(item.group()) : range(item));
      item.region(item.end(), text.length() - 1);
    }
    return isNegated ? set.not() : set;
  }

  private static CharSet range(Matcher item) {
    char first = charOf(item.group("first"));
    char last = item.group("last") == null ? first : charOf(item.group("last"));
    if (last < first) {
      throw refused("invalid character class range");
    }
    return CharSet.EMPTY.with(first, last);
  }

  private static CharSet setOf(String atom) {
    return switch (atom) {
      case "." -> CharSet.ANYTHING;
      case "\\d" -> DIGIT;
      case "\\D" -> DIGIT.not();
      case "\\w" -> WORD;
      case "\\W" -> WORD.not();
      case "\\s" -> SPACE;
      case "\\S" -> SPACE.not();
      default -> CharSet.of(charOf(atom));
    };
  }

  private static char charOf(String text) {
    return text.charAt(text.length() - 1); // behind the backslash, if there is one
  }

  private static IllegalArgumentException refused(String reason) {
    return new IllegalArgumentException("URL pattern has a regular expression with " + reason);
  }
}
