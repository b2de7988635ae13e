package bellwether.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
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
    return Input.valid(() -> Optional.ofNullable(Form.ofQuery(request).one(name))).orElse(null);
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
}
