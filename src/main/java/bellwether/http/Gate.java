package bellwether.http;

import bellwether.auth.Grant;
import jakarta.servlet.http.HttpServletRequest;

/** Judges a request by what it shows: its key, or in demo mode where it comes from. */
@FunctionalInterface
interface Gate {
  Grant grantOf(HttpServletRequest request);
}
