package bellwether.exchange;

import bellwether.wire.DecimalText;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parameters of a request's query, read with distrust. */
public final class Query {
  private Query() {}

  /**
   * The value of a parameter; null if it is absent.
   *
   * @throws HttpProblem if it is given twice, or the query is malformed
   */
  public static @Nullable String one(HttpServletRequest request, String name) {
    return Input.valid(() -> Optional.ofNullable(Form.ofQuery(request).one(name))).orElse(null);
  }

  /**
   * The value of a parameter that is a number from 1 on.
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
   * The whole number that the value of a parameter or field is.
   *
   * @throws HttpProblem if it is none, or out of these bounds
   */
  public static int whole(String name, String text, int least, int most) {
    Long number = DecimalText.parseWhole(text, least, most);
    if (number == null) {
      throw new HttpProblem(400, name + " must be a whole number from " + least + " to " + most);
    }
    return number.intValue();
  }
}
