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
 * The names that one resource knows for the fields of its form or query. A misspelt variant of one
 * of them is refused: if {@code topic[]=news} were ignored, the client would get a stream of all
 * topics. Unrelated names are ignored.
 */
public final class FieldNames {
  private static final Pattern BRACKETS = Pattern.compile("\\[[^]]*]?|]");
  private static final Pattern SEPARATORS = Pattern.compile("[-_\\s\\p{Z}\\x{feff}]");

  /** The characters that a wrongly built link, or one copied from HTML, leaves before a name. */
  private static final Pattern LINK = Pattern.compile("(?i)^[?\\s]*(?:amp;)*");

  private final Set<String> known = new LinkedHashSet<>();
  private final Set<String> repeatable;
  private final Map<String, String> preferred = new HashMap<>(); // by essence

  private FieldNames(List<String> repeatable, List<String> single) {
    this.repeatable = Set.copyOf(repeatable);
    known.addAll(repeatable);
    known.addAll(single);
    known.forEach(name -> preferred.putIfAbsent(essence(name), name));
  }

  /** Returns field names, each of which may be given once. */
  public static FieldNames of(String... single) {
    return new FieldNames(List.of(), List.of(single));
  }

  /**
   * Returns field names, each of which may be given once, and {@code topic}, which may be repeated.
   */
  public static FieldNames ofTopicAnd(String... single) {
    return new FieldNames(List.of("topic"), List.of(single));
  }

  /**
   * Returns these names and others. If some are spellings of the same name, errors recommend the
   * first of them.
   */
  public FieldNames and(List<String> more) {
    Set<String> single = new LinkedHashSet<>(known);
    single.removeAll(repeatable);
    single.addAll(more);
    return new FieldNames(List.copyOf(repeatable), List.copyOf(single));
  }

  /** Returns these names, which recommend one of them in place of names that are used elsewhere. */
  public FieldNames insteadOf(List<String> others, String right) {
    FieldNames more = and(List.of());
    others.forEach(other -> more.preferred.putIfAbsent(essence(other), right));
    return more;
  }

  /**
   * Checks that no field of the form is a misspelt variant of a known name.
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
   * Checks that no parameter of the query is a misspelt variant of a known name.
   *
   * @throws HttpProblem naming the parameter, and the right name; or if the query is malformed
   */
  public void requireInQuery(HttpServletRequest request) {
    Input.check(() -> require(Form.ofQuery(request)));
  }

  /**
   * Checks that the query has none of these parameters, in any spelling: they belong in the body,
   * and would be ignored in the query.
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
   * Reduces a name to the part that all its spellings share: without case, brackets and their
   * content, separators, a final s, and a question mark or {@code amp;} at its start.
   */
  private static String essence(String name) {
    String bare = BRACKETS.matcher(LINK.matcher(name).replaceFirst("")).replaceAll("");
    String small = SEPARATORS.matcher(bare).replaceAll("").toLowerCase(Locale.ROOT);
    return small.endsWith("s") ? small.substring(0, small.length() - 1) : small;
  }
}
