package bellwether.access;

import bellwether.exchange.HttpProblem;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A list of origins that are trusted (RFC 6454): scheme, host and port. */
public final class Origins {
  private final Set<String> trusted;

  public Origins(Collection<String> trusted) {
    this.trusted = Set.copyOf(trusted);
  }

  public boolean isEmpty() {
    return trusted.isEmpty();
  }

  public boolean contains(@Nullable String origin) {
    return origin != null && trusted.contains(origin);
  }

  /**
   * Checks that a request that makes a change with a cookie was sent by our own page or by one of
   * these origins: any page can make a browser send such a request (CSRF).
   *
   * @throws HttpProblem if it was sent by another page, or does not name its origin
   */
  void requireTrusted(HttpServletRequest request) {
    String origin = request.getHeader("Origin");
    if (origin == null) {
      origin = originOf(request.getHeader("Referer"));
    }
    if (!contains(origin) && !isOwn(origin, request)) {
      throw Challenge.badCredentials(
          "a request with a cookie may do this only from a page of a trusted origin");
    }
  }

  private static boolean isOwn(@Nullable String origin, HttpServletRequest request) {
    String host = request.getHeader("Host");
    return origin != null
        && host != null
        && (origin.equalsIgnoreCase("https://" + host)
            || origin.equalsIgnoreCase("http://" + host));
  }

  private static @Nullable String originOf(@Nullable String referrer) {
    if (referrer == null) {
      return null;
    }
    try {
      URI uri = new URI(referrer);
      return uri.getScheme() + "://" + uri.getRawAuthority();
    } catch (java.net.URISyntaxException e) {
      return null;
    }
  }
}
