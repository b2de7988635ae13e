package bellwether.exchange;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Cuts off a client that goes on sending a body after its request has been refused without reading
 * it, as requests without credentials are. This is for Tomcat, which would have a thread wait for
 * the rest of such a body.
 */
public final class UnreadBodyFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final String AROUND = "bellwether.unread-body-filter";

  private final transient Exchanges exchanges;

  public UnreadBodyFilter(Exchanges exchanges) {
    this.exchanges = exchanges;
  }

  /**
   * Returns whether the answer may be sent before the request is over, so that it has to say its
   * length.
   */
  static boolean isAround(HttpServletRequest request) {
    return request.getAttribute(AROUND) != null;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    request.setAttribute(AROUND, this);
    chain.doFilter(request, response);
    if (request.isAsyncSupported()
        && !request.isAsyncStarted()
        && response.getStatus() >= HttpServletResponse.SC_BAD_REQUEST
        && response.getContentType() != null // else an error page will follow
        && request.getHeader("Expect") == null
        && RequestBody.isUnread(request)) {
      exchanges.linger(request, response);
    }
  }
}
