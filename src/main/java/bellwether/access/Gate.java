package bellwether.access;

import bellwether.auth.Grant;
import bellwether.exchange.HttpProblem;
import jakarta.servlet.http.HttpServletRequest;

/** Judges a request by what it shows, or in demo mode by where it comes from. */
@FunctionalInterface
public interface Gate {
  /**
   * What the request may do.
   *
   * @throws HttpProblem if it shows something that is not valid
   */
  Grant grantOf(HttpServletRequest request);

  /**
   * Lets only operators pass.
   *
   * @throws HttpProblem for everybody else
   */
  default void requireOperator(HttpServletRequest request) {
    require(request, grantOf(request).isOperator());
  }

  /**
   * Goes on only if that is so.
   *
   * @throws HttpProblem that says what the request lacks
   */
  static void require(HttpServletRequest request, boolean isGranted) {
    if (!isGranted) {
      throw Challenge.notGranted(request);
    }
  }
}
