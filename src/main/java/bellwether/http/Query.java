package bellwether.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a URL. Of a query that is not well-formed one container throws an exception of
 * its own, another drops the parameter in silence, so that a stream would be of every topic; here
 * it is always a 400.
 */
final class Query {
  private static final Pattern LONE_PERCENT = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  private Query() {}

  /** The first value; null if there is none. */
  static @Nullable String first(HttpServletRequest request, String name) {
    String[] values = all(request, name);
    return values == null ? null : values[0];
  }

  /** All values; null if there are none. */
  static String @Nullable [] all(HttpServletRequest request, String name) {
    String query = request.getQueryString();
    if (query != null && LONE_PERCENT.matcher(query).find()) {
      throw notWellFormed();
    }
    try {
      return request.getParameterValues(name);
    } catch (RuntimeException e) { // such as for what is not UTF-8
      throw notWellFormed();
    }
  }

  private static HttpProblem notWellFormed() {
    return new HttpProblem(400, "the query is not well-formed");
  }
}
