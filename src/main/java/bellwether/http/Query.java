package bellwether.http;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** The parameters of a request's query, read with distrust. */
final class Query {
  private Query() {}

  /**
   * The value of a parameter; null if it is absent.
   *
   * @throws HttpProblem if it is given twice, or the query is malformed
   */
  static @Nullable String one(HttpServletRequest request, String name) {
    @Nullable String @Nullable [] values = values(request, name);
    if (values == null) {
      return null;
    }
    if (values.length > 1) {
      throw new HttpProblem(400, name + " is given twice");
    }
    return values[0];
  }

  /**
   * The value of a parameter that is a number from 1 on.
   *
   * @throws HttpProblem if it is anything else
   */
  static int count(HttpServletRequest request, String name, int most, int ifAbsent) {
    String text = one(request, name);
    if (text == null) {
      return ifAbsent;
    }
    try {
      int count = Integer.parseInt(text);
      if (1 <= count && count <= most) {
        return count;
      }
    } catch (NumberFormatException e) {
      // falls through to the same answer
    }
    throw new HttpProblem(400, name + " must be a whole number from 1 to " + most);
  }

  private static @Nullable String @Nullable [] values(HttpServletRequest request, String name) {
    try {
      return request.getParameterValues(name);
    } catch (RuntimeException e) { // each container has one of its own for a wrong %-sequence
      throw new HttpProblem(400, "the query is not well-formed");
    }
  }
}
