package bellwether.access;

import bellwether.exchange.HttpProblem;
import bellwether.exchange.HubUrl;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;

/** The answers to a request whose credentials are missing or bad, with a challenge (RFC 6750). */
public final class Challenge {
  private static final String REALM = "Bearer realm=\"bellwether\"";

  private Challenge() {}

  /**
   * Returns a 401 answer if the request has no key or token, or a 403 answer if its key or token
   * does not allow this (RFC 6750, 3.1).
   */
  public static HttpProblem notGranted(HttpServletRequest request) {
    return Credentials.isShown(request)
        ? new HttpProblem(
            403, "the key or token does not allow this", challenge(request, "insufficient_scope"))
        : new HttpProblem(
            401, "a key or token is needed: Authorization: Bearer", challenge(request, ""));
  }

  /**
   * Returns a 401 answer to a request whose key or token is not valid. It does not say why, so that
   * it does not help a client that guesses.
   */
  public static HttpProblem invalidToken(HttpServletRequest request) {
    return new HttpProblem(
        401, "the key or token is not valid", challenge(request, "invalid_token"));
  }

  /**
   * Returns a 400 answer to a request whose credentials are malformed, or whose cookie comes from a
   * page that is not trusted.
   */
  public static HttpProblem badCredentials(String detail) {
    return new HttpProblem(
        400, detail, Map.of("WWW-Authenticate", REALM + ", error=\"invalid_request\""));
  }

  /** Returns a 503 answer to a request whose token cannot be checked yet. */
  public static HttpProblem notNow() {
    return new HttpProblem(
        503, "the keys that check tokens are being fetched; try again", Map.of("Retry-After", "5"));
  }

  private static Map<String, String> challenge(HttpServletRequest request, String error) {
    return Map.of(
        "WWW-Authenticate",
        REALM
            + (error.isEmpty() ? "" : ", error=\"" + error + '"')
            + ", resource_metadata=\""
            + HubUrl.metadataOf(request)
            + '"');
  }
}
