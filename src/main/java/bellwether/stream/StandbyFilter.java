package bellwether.stream;

import bellwether.exchange.HubUrl;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Refuses publishing and polling while this server stands by: published events would have no
 * readers, and a poll would miss the events that the other server publishes. A stream is left to
 * its servlet, which ends it in a way after which browsers come back.
 */
public final class StandbyFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private final transient Standby standby;

  public StandbyFilter(Standby standby) {
    this.standby = standby;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (standby.isOn() && !isOfStream(request)) {
      standby.problem().write(request, response);
    } else {
      chain.doFilter(request, response);
    }
  }

  /**
   * Returns whether the request is for a stream, or gets the same answer whichever server works.
   * Such requests are left to their servlet.
   */
  private static boolean isOfStream(HttpServletRequest request) {
    return switch (request.getMethod()) {
      case "POST" -> false;
      case "GET", "QUERY" ->
          request.getServletPath().equals(HubUrl.PATH) || !EventFormat.isPoll(request);
      default -> true;
    };
  }
}
