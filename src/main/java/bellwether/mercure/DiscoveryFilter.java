package bellwether.mercure;

import bellwether.exchange.HubUrl;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Adds the {@code Link} header by which clients of our pages and resources find the hub (Mercure,
 * discovery).
 */
public final class DiscoveryFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable URI hub;

  /**
   * @param hub the hub's URL; null if it is this application's own path
   */
  public DiscoveryFilter(@Nullable URI hub) {
    this.hub = hub;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String target = hub == null ? request.getContextPath() + HubUrl.PATH : hub.toString();
    response.addHeader("Link", '<' + target + ">; rel=\"mercure\"");
    chain.doFilter(request, response);
  }
}
