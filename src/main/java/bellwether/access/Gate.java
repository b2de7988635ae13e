package bellwether.access;

import bellwether.auth.Grant;
import bellwether.exchange.HttpProblem;
import jakarta.servlet.http.HttpServletRequest;

/**
 * A gate that gives each request a grant: by its key or token, or in demo mode by the machine that
 * sent it.
 */
@FunctionalInterface
public interface Gate {
  /**
   * Returns the grant of the request.
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
