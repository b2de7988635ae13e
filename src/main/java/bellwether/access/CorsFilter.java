package bellwether.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Cross-origin requests (WHATWG Fetch): with credentials from origins that are trusted, and without
 * from everywhere. A key or token in a header is no credential in that sense, since no browser adds
 * it by itself; a cookie is.
 */
public final class CorsFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  /** What clients of streams and of the API send, and what tracing adds to every request. */
  private static final String ALLOWED_HEADERS =
      "accept, authorization, b3, baggage, cache-control, content-type, idempotency-key, if-match,"
          + " if-none-match, last-event-id, pragma, prefer, sentry-trace, traceparent, tracestate,"
          + " x-correlation-id, x-request-id, x-requested-with";

  private final transient Origins trusted;

  /**
   * @param trusted which may read answers that were given to a cookie
   */
  public CorsFilter(Origins trusted) {
    this.trusted = trusted;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    allow(trusted, request, response);
    response.setHeader(
        "Access-Control-Expose-Headers",
        "Content-Location, ETag, Last-Event-ID, Link, Location, Mercure-Last-Event-ID,"
            + " Preference-Applied, Retry-After, WWW-Authenticate");
    if (isPreflight(request)) {
      response.setHeader("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE, QUERY");
      response.setHeader("Access-Control-Allow-Headers", ALLOWED_HEADERS);
      response.setHeader("Access-Control-Max-Age", "7200"); // Chromium remembers no longer
      response.setStatus(HttpServletResponse.SC_NO_CONTENT);
      return;
    }
    chain.doFilter(request, response);
  }

  /**
   * Lets pages read the answer. An origin is named back only if it is on the list: else any page
   * could use the cookies.
   */
  public static void allow(
      Origins trusted, HttpServletRequest request, HttpServletResponse response) {
    String origin = request.getHeader("Origin");
    if (!trusted.isEmpty()) {
      response.addHeader("Vary", "Origin"); // of every answer, or a cache gives one to the other
    }
    if (origin != null && trusted.contains(origin)) {
      response.setHeader("Access-Control-Allow-Origin", origin);
      response.setHeader("Access-Control-Allow-Credentials", "true");
    } else {
      response.setHeader("Access-Control-Allow-Origin", "*");
    }
  }

  private static boolean isPreflight(HttpServletRequest request) {
    return request.getMethod().equals("OPTIONS")
        && request.getHeader("Access-Control-Request-Method") != null;
  }
}
