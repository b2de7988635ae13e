package bellwether.access;

import bellwether.exchange.HttpProblem;
import bellwether.exchange.Query;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key or token that a request shows.
 *
 * @param text the key or token
 * @param isCookie whether it came in a cookie, which browsers add by themselves
 */
public record Credentials(String text, boolean isCookie) {
  /**
   * The names of the cookies, of Mercure's draft 8 and draft 7, in the order in which they are
   * read.
   */
  public static final List<String> COOKIES =
      List.of("__Secure-mercure_access_token", "mercureAuthorization");

  /** The name of the query parameter of Mercure's draft 7. */
  public static final String PARAMETER = "authorization";

  private static final Pattern SCHEME = Pattern.compile("(?is)bearer(?:[ \\t].*)?");
  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([!-~]+) *");

  /**
   * Returns the request's key or token, or null if it has none. Only the first one found is used:
   * the header, then the query parameter, then a cookie. An {@code Authorization} header of another
   * scheme is ignored: it may be meant for a proxy.
   *
   * @param takesParameter whether one in the query is accepted
   * @throws HttpProblem if it is malformed
   */
  public static @Nullable Credentials of(HttpServletRequest request, boolean takesParameter) {
    String header = request.getHeader("Authorization");
    if (header != null && SCHEME.matcher(header).matches()) {
      Matcher bearer = BEARER.matcher(header);
      if (!bearer.matches()) {
        throw Challenge.badCredentials("Authorization must be Bearer and a token");
      }
      return new Credentials(bearer.group(1), false);
    }
    String parameter = takesParameter ? Query.one(request, PARAMETER) : null;
    if (parameter != null) {
      return new Credentials(parameter, false);
    }
    return ofCookie(request.getCookies());
  }

  /** Returns whether the request has a key or token in a header or a cookie. */
  public static boolean isShown(HttpServletRequest request) {
    String header = request.getHeader("Authorization");
    return (header != null && SCHEME.matcher(header).matches())
        || ofCookie(request.getCookies()) != null;
  }

  private static @Nullable Credentials ofCookie(Cookie @Nullable [] cookies) {
    for (String name : COOKIES) {
      for (Cookie cookie : cookies == null ? new Cookie[0] : cookies) {
        if (cookie.getName().equals(name) && !cookie.getValue().isEmpty()) {
          return new Credentials(cookie.getValue(), true);
        }
      }
    }
    return null;
  }

  /** Returns a text without the key or token, so that no log shows it. */
  @Override
  public String toString() {
    return "Credentials";
  }
}
