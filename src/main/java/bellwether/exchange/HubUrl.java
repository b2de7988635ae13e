package bellwether.exchange;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;

/** The URLs of the Mercure hub, as clients of this application see them. */
public final class HubUrl {
  /** The hub's path, relative to the application. */
  public static final String PATH = "/.well-known/mercure";

  /**
   * The path of the hub's OAuth 2.0 protected resource metadata (RFC 9728), relative to the
   * application.
   */
  public static final String METADATA = "/.well-known/oauth-protected-resource" + PATH;

  private HubUrl() {}

  /**
   * Returns the hub's URL at the address that the request used.
   *
   * @throws HttpProblem if that address is not valid in a URL: containers accept such a {@code
   *     Host}
   */
  public static URI of(HttpServletRequest request) {
    try {
      return new URI(origin(request) + request.getContextPath() + PATH);
    } catch (URISyntaxException e) {
      throw new HttpProblem(400, "the Host of the request is not valid in a URL");
    }
  }

  /** Returns the URL of the hub's metadata at the address that the request used. */
  public static String metadataOf(HttpServletRequest request) {
    return origin(request) + request.getContextPath() + METADATA;
  }

  /**
   * Returns the origin that the request names. The client chooses its {@code Host}, so use the
   * origin only in answers to that client.
   */
  private static String origin(HttpServletRequest request) {
    String url = request.getRequestURL().toString();
    return url.substring(0, url.length() - request.getRequestURI().length());
  }
}
