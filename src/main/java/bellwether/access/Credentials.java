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
 * What a request shows for itself.
 *
 * @param text the key or token
 * @param isCookie whether a browser may have added it by itself
 */
public record Credentials(String text, boolean isCookie) {
  /** Of Mercure's draft 8 and draft 7, in this order. */
  public static final List<String> COOKIES =
      List.of("__Secure-mercure_access_token", "mercureAuthorization");

  /** Of Mercure's draft 7. */
  public static final String PARAMETER = "authorization";

  private static final Pattern SCHEME = Pattern.compile("(?is)bearer(?:[ \\t].*)?");
  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([!-~]+) *");

  /**
   * What the request shows; null if nothing. The header comes before the parameter, and that before
   * a cookie. A header of another scheme is somebody else's, perhaps a proxy's.
   *
   * @param takesParameter whether it may come in the query
   * @throws HttpProblem if it is shown in a way that cannot be read
   */
  static @Nullable Credentials of(HttpServletRequest request, boolean takesParameter) {
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

  /** Whether the request shows anything at all. */
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

  /** Not the text. */
  @Override
  public String toString() {
    return "Credentials";
  }
}
