package bellwether.exchange;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;

/** The hub of the Mercure protocol, as this application's clients see it. */
public final class HubUrl {
  /** Relative to the application. */
  public static final String PATH = "/.well-known/mercure";

  /** Where the hub says what protects it (RFC 9728), relative to the application. */
  public static final String METADATA = "/.well-known/oauth-protected-resource" + PATH;

  private HubUrl() {}

  /**
   * The hub's URL, by the address that the request used.
   *
   * @throws HttpProblem if that address makes no URL: containers take many a {@code Host}
   */
  public static URI of(HttpServletRequest request) {
    try {
      return new URI(origin(request) + request.getContextPath() + PATH);
    } catch (URISyntaxException e) {
      throw new HttpProblem(400, "the Host of the request makes no URL");
    }
  }

  /** Where the hub's metadata are, by the address that the request used. */
  public static String metadataOf(HttpServletRequest request) {
    return origin(request) + request.getContextPath() + METADATA;
  }

  /** Its {@code Host} is what a client says: good for telling that client, and nobody else. */
  private static String origin(HttpServletRequest request) {
    String url = request.getRequestURL().toString();
    return url.substring(0, url.length() - request.getRequestURI().length());
  }
}
