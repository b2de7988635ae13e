package bellwether.http;

import bellwether.auth.Grant;
import jakarta.servlet.http.HttpServletRequest;

/** Judges a request by what it shows: its key, or in demo mode where it comes from. */
@FunctionalInterface
interface Gate {
  Grant grantOf(HttpServletRequest request);

  /**
   * Lets only those pass who may publish.
   *
   * @throws HttpProblem for everybody else
   */
  default void requirePublisher(HttpServletRequest request) {
    if (!grantOf(request).isPublisher()) {
      throw HttpProblem.notGranted(request);
    }
  }
}
