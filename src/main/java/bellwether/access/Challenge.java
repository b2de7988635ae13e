package bellwether.access;

import bellwether.exchange.HttpProblem;
import bellwether.exchange.HubUrl;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;

/** The answers to a request whose credentials are missing or bad, with a challenge (RFC 6750). */
public final class Challenge {
  private static final String REALM = "Bearer realm=\"bellwether\"";

  private Challenge() {}

  /** The request needs a grant, and showed none, or one that is not for this (RFC 6750, 3.1). */
  public static HttpProblem notGranted(HttpServletRequest request) {
    return Credentials.isShown(request)
        ? new HttpProblem(
            403, "what is shown does not allow this", challenge(request, "insufficient_scope"))
        : new HttpProblem(
            401, "a key or token is needed: Authorization: Bearer", challenge(request, ""));
  }

  /** The request showed something that is not valid. The client is not told why: it may guess. */
  public static HttpProblem invalidToken(HttpServletRequest request) {
    return new HttpProblem(
        401, "the key or token is not valid", challenge(request, "invalid_token"));
  }

  /** What the request shows cannot be read, or not from where it comes. */
  public static HttpProblem badCredentials(String detail) {
    return new HttpProblem(
        400, detail, Map.of("WWW-Authenticate", REALM + ", error=\"invalid_request\""));
  }

  /** What the request shows cannot be judged now, and soon can. */
  public static HttpProblem notNow() {
    return new HttpProblem(
        503, "the keys of tokens are being fetched; try again", Map.of("Retry-After", "5"));
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
