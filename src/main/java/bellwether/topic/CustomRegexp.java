package bellwether.topic;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A regular expression in the parentheses of a URL pattern, checked before it is compiled: does it
 * mean the same to RE2 as to a browser, and how large will it be? Anchors and word boundaries are
 * not supported, since the text before the group is not looked at again.
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
  // Doubled punctuation is reserved in classes, for syntax that RE2 does not have.
  private static final Pattern DOUBLED = Pattern.compile("([&!#$%*+,.:;<=>?@`~^])\\1");

  private static final long TOO_LARGE = 1_000_000; // as good as any larger

  /** A group, which stands between two parentheses. */
  private static final class Group {
    long size;
    long last; // size of the last item, which may be repeated; 0 for none
  }

  private CustomRegexp() {}

  /**
   * Returns the most instructions that the expression is compiled to.
   *
   * @throws IllegalArgumentException if RE2 and browsers do not read it alike
   */
  static long measure(String regexp) {
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
    return groups.element().size;
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
      groups.element().last = group.size + 1;
      groups.element().size += group.size + 1;
    } else if (token.group("or") != null) {
      group.size += 2; // one to choose, one for an empty alternative
      group.last = 0;
    } else if (token.group("repeat") != null) {
      group.size = Math.min(group.size + more(token, group.last), TOO_LARGE);
      boolean mayBeRepeated = group.last > 0;
      group.last = 0;
      return mayBeRepeated;
    } else {
      group.last = 1;
      group.size++;
      String atom = token.group("atom");
      boolean isClass = atom.startsWith("[");
      return !isClass || !DOUBLED.matcher(atom).find(atom.startsWith("[^") ? 2 : 1);
    }
    return true;
  }

  /**
   * Returns the instructions that a repetition adds: the copies, and a choice for each that may be
   * left out.
   */
  private static long more(Matcher repeat, long once) {
    if (repeat.group("least") == null) {
      return 1;
    }
    int least = Integer.parseInt(repeat.group("least"));
    if (repeat.group("range") == null) {
      return once * (least - 1L) + 1;
    }
    String most = repeat.group("most");
    int copies = most == null ? least : Integer.parseInt(most);
    return once * Math.max(copies - 1L, 0) + (copies - least) + 1;
  }
}
