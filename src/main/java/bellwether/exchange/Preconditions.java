package bellwether.exchange;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The preconditions of a request: {@code If-Match} and {@code If-None-Match} (RFC 9110, 13.1). */
public final class Preconditions {
  private static final String ANY = "*";
  private static final Pattern NEXT = // one element at a time: a long list must not recurse
      Pattern.compile("\\G[ \\t,]*(W/)?(\"[!#-~\\x80-\\xff]*\")[ \\t]*(?=,|$)");
  private static final Pattern END = Pattern.compile("[ \\t,]*");

  private final @Nullable Set<String> match; // strong tags, or *; null without If-Match
  private final @Nullable Set<String> noneMatch; // tags without the W/ of weak ones

  private Preconditions(@Nullable Set<String> match, @Nullable Set<String> noneMatch) {
    this.match = match;
    this.noneMatch = noneMatch;
  }

  /**
   * Reads the preconditions of a request.
   *
   * @throws HttpProblem if one is malformed
   */
  public static Preconditions of(HttpServletRequest request) {
    return new Preconditions(
        tags(request, "If-Match", false), tags(request, "If-None-Match", true));
  }

  /**
   * Checks that the resource's state satisfies the preconditions of the request.
   *
   * @param current the resource's entity tag; null if the resource does not exist
   */
  public void require(@Nullable String current) {
    if (match != null && !isAmong(match, current)) {
      throw new HttpProblem(
          412,
          current == null
              ? "If-Match: the resource does not exist"
              : "If-Match: the resource has changed; its ETag is now " + current);
    }
    if (noneMatch != null && isAmong(noneMatch, current)) {
      throw new HttpProblem(412, "If-None-Match: the resource exists; its ETag is " + current);
    }
  }

  /**
   * Returns whether the request has {@code If-Match}: it means a resource that the client has seen.
   */
  public boolean areOfSomethingSeen() {
    return match != null;
  }

  /** Returns whether {@code If-None-Match} names the current state: the client has it already. */
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
