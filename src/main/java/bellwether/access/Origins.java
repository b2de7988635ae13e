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
   * Lets a request that lives on a cookie change something only if the page that sent it is one of
   * ours or of these: any page can make a browser send it (CSRF).
   *
   * @throws HttpProblem if it comes from elsewhere, or does not say
   */
  void requireTrusted(HttpServletRequest request) {
    String origin = request.getHeader("Origin");
    if (origin == null) {
      origin = originOf(request.getHeader("Referer"));
    }
    if (!contains(origin) && !isOwn(origin, request)) {
      throw Challenge.badCredentials(
          "with a cookie, this may only be asked for by pages of trusted origins");
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
