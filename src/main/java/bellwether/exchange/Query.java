package bellwether.exchange;

import bellwether.wire.DecimalText;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads and checks the parameters of a request's query. */
public final class Query {
  private Query() {}

  /**
   * Returns the value of a parameter, or null if it is absent.
   *
   * @throws HttpProblem if it is given twice, or the query is malformed
   */
  public static @Nullable String one(HttpServletRequest request, String name) {
    return Input.valid(() -> Optional.ofNullable(Form.ofQuery(request).one(name))).orElse(null);
  }

  /**
   * Returns the value of a parameter that must be a whole number of at least 1.
   *
   * @throws HttpProblem if it is anything else
   */
  public static int count(HttpServletRequest request, String name, int most, int ifAbsent) {
    String text = one(request, name);
    if (text == null) {
      return ifAbsent;
    }
    return whole(name, text, 1, most);
  }

  /**
   * Parses the value of a parameter or field that must be a whole number.
   *
   * @throws HttpProblem if it is not a whole number, or is out of these bounds
   */
  public static int whole(String name, String text, int least, int most) {
    Long number = DecimalText.parseWhole(text, least, most);
    if (number == null) {
      throw new HttpProblem(400, name + " must be a whole number from " + least + " to " + most);
    }
    return number.intValue();
  }
}
