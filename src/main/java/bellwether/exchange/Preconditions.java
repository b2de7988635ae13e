package bellwether.exchange;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * In which state of a resource a request is to have effect (RFC 9110, 13.1): {@code If-Match} and
 * {@code If-None-Match}.
 */
public final class Preconditions {
  private static final String ANY = "*";
  private static final Pattern NEXT = // one element at a time: a long list is no deep recursion
      Pattern.compile("\\G[ \\t,]*(W/)?(\"[!#-~\\x80-\\xff]*\")[ \\t]*(?=,|$)");
  private static final Pattern END = Pattern.compile("[ \\t,]*");

  private final @Nullable Set<String> match; // strong tags, or any; null if it was not asked
  private final @Nullable Set<String> noneMatch; // tags without their weakness

  private Preconditions(@Nullable Set<String> match, @Nullable Set<String> noneMatch) {
    this.match = match;
    this.noneMatch = noneMatch;
  }

  /**
   * Reads them off a request.
   *
   * @throws HttpProblem if one is malformed
   */
  public static Preconditions of(HttpServletRequest request) {
    return new Preconditions(
        tags(request, "If-Match", false), tags(request, "If-None-Match", true));
  }

  /**
   * Refuses a change of a resource that is not in a state it is meant for.
   *
   * @param current the resource's tag; null if there is none
   */
  public void require(@Nullable String current) {
    if (match != null && !isAmong(match, current)) {
      throw new HttpProblem(
          412,
          current == null
              ? "If-Match: there is nothing yet"
              : "If-Match: it has changed since; its ETag is now " + current);
    }
    if (noneMatch != null && isAmong(noneMatch, current)) {
      throw new HttpProblem(412, "If-None-Match: it is there already; its ETag is " + current);
    }
  }

  /** Whether the request wants the resource to be in some state that it was seen in. */
  public boolean areOfSomethingSeen() {
    return match != null;
  }

  /** Whether a reader has the current state already. */
  public boolean isKnown(String current) {
    return noneMatch != null && isAmong(noneMatch, current);
  }

  private static boolean isAmong(Set<String> tags, @Nullable String current) {
    return current != null && (tags.contains(ANY) || tags.contains(current));
  }

  private static @Nullable Set<String> tags(
      HttpServletRequest request, String header, boolean withWeak) {
    String value = String.join(",", Collections.list(request.getHeaders(header))).strip();
    if (value.isEmpty()) {
      return null;
    }
    if (value.equals(ANY)) {
      return Set.of(ANY);
    }
    Set<String> tags = new HashSet<>();
    Matcher tag = NEXT.matcher(value);
    int end = 0;
    while (tag.find()) {
      if (withWeak || tag.group(1) == null) {
        tags.add(tag.group(2));
      }
      end = tag.end();
    }
    if (end == 0 || !END.matcher(value).region(end, value.length()).matches()) {
      throw new HttpProblem(400, header + " is neither * nor a list of entity tags");
    }
    return tags;
  }
}
