package bellwether.access;

import bellwether.auth.Grant;
import bellwether.exchange.HttpProblem;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Decides what a request may do, by the key or token that it shows, or in demo mode by where it
 * comes from.
 */
@FunctionalInterface
public interface Gate {
  /**
   * Returns what the request may do.
   *
   * @throws HttpProblem if its key or token is not valid
   */
  Grant grantOf(HttpServletRequest request);

  /**
   * Checks that the request comes from an operator.
   *
   * @throws HttpProblem if it does not
   */
  default void requireOperator(HttpServletRequest request) {
    require(request, grantOf(request).isOperator());
  }

  /**
   * Checks that the request is granted something.
   *
   * @throws HttpProblem if it is not, saying what the request lacks
   */
  static void require(HttpServletRequest request, boolean isGranted) {
    if (!isGranted) {
      throw Challenge.notGranted(request);
    }
  }
}
