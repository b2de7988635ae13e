package bellwether.exchange;

import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names that fields of a form or of a query may have in one place. What is meant for one of
 * them and written otherwise is refused: passed over, {@code topic[]=news} would be a stream of
 * everything. Names that have nothing to do with them do not matter.
 */
public final class FieldNames {
  private static final Pattern BRACKETS = Pattern.compile("\\[[^]]*]?|]");
  private static final Pattern SEPARATORS = Pattern.compile("[-_\\s\\p{Z}\\x{feff}]");

  /** What is left of a link that was put together, or taken out of HTML, in the wrong way. */
  private static final Pattern LINK = Pattern.compile("(?i)^[?\\s]*(?:amp;)*");

  private final Set<String> known = new LinkedHashSet<>();
  private final Set<String> repeatable;
  private final Map<String, String> preferred = new HashMap<>(); // by what they all boil down to

  private FieldNames(List<String> repeatable, List<String> single) {
    this.repeatable = Set.copyOf(repeatable);
    known.addAll(repeatable);
    known.addAll(single);
    known.forEach(name -> preferred.putIfAbsent(essence(name), name));
  }

  /** Names that may be given once. */
  public static FieldNames of(String... single) {
    return new FieldNames(List.of(), List.of(single));
  }

  /** The same, and {@code topic}, which may be given more than once. */
  public static FieldNames ofTopicAnd(String... single) {
    return new FieldNames(List.of("topic"), List.of(single));
  }

  /** The same, and these; of those that are the same name written otherwise the first is named. */
  public FieldNames and(List<String> more) {
    Set<String> single = new LinkedHashSet<>(known);
    single.removeAll(repeatable);
    single.addAll(more);
    return new FieldNames(List.copyOf(repeatable), List.copyOf(single));
  }

  /** The same, where these names of another place are meant for one of this place. */
  public FieldNames insteadOf(List<String> others, String right) {
    FieldNames more = and(List.of());
    others.forEach(other -> more.preferred.putIfAbsent(essence(other), right));
    return more;
  }

  /**
   * Lets only fields pass that are spelt as they are here, or are something else.
   *
   * @throws IllegalArgumentException naming the field, and the right name
   */
  public void require(Form form) {
    for (String name : form.names()) {
      String right = known.contains(name) ? null : preferred.get(essence(name));
      if (right != null) {
        String advice = repeatable.contains(right) ? right + ", repeated" : right;
        throw new IllegalArgumentException(name + ": write " + advice);
      }
    }
  }

  /**
   * Lets only queries pass whose parameters are spelt as they are here, or are something else.
   *
   * @throws HttpProblem naming the parameter, and the right name; or if the query is malformed
   */
  public void requireInQuery(HttpServletRequest request) {
    Input.check(() -> require(Form.ofQuery(request)));
  }

  /**
   * Lets only queries pass that have none of these, however spelt: they belong in the body, and in
   * the query nobody would read them.
   *
   * @throws HttpProblem naming the parameter; or if the query is malformed
   */
  public void requireNoneInQuery(HttpServletRequest request) {
    for (String name : Input.valid(() -> Form.ofQuery(request)).names()) {
      if (preferred.containsKey(essence(name))) {
        throw new HttpProblem(400, name + " is in the query: it belongs in the body");
      }
    }
  }

  /**
   * What is left of a name without case, brackets and what is in them, separators, a last s, and a
   * question mark or {@code amp;} at its beginning.
   */
  private static String essence(String name) {
    String bare = BRACKETS.matcher(LINK.matcher(name).replaceFirst("")).replaceAll("");
    String small = SEPARATORS.matcher(bare).replaceAll("").toLowerCase(Locale.ROOT);
    return small.endsWith("s") ? small.substring(0, small.length() - 1) : small;
  }
}
