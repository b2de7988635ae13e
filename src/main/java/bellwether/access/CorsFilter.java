package bellwether.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Answers cross-origin requests (WHATWG Fetch): with credentials for trusted origins, without them
 * for all others. A cookie is a credential in this sense. A key or token in a header is not, since
 * no browser adds it by itself.
 */
public final class CorsFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  /**
   * The request headers that pages of other origins may send: those of streams and of the API, and
   * those that tracing adds.
   */
  private static final String ALLOWED_HEADERS =
      "accept, authorization, b3, baggage, cache-control, content-type, idempotency-key, if-match,"
          + " if-none-match, last-event-id, pragma, prefer, sentry-trace, traceparent, tracestate,"
          + " x-correlation-id, x-request-id, x-requested-with";

  private final transient Origins trusted;

  /**
   * @param trusted the origins whose pages may read answers to requests with a cookie
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
      response.setHeader("Access-Control-Max-Age", "7200"); // seconds; Chromium's maximum
      response.setStatus(HttpServletResponse.SC_NO_CONTENT);
      return;
    }
    chain.doFilter(request, response);
  }

  /**
   * Sets the headers that let pages of other origins read the answer. Only a trusted origin is
   * named in the answer: otherwise any page could use the visitor's cookies.
   */
  public static void allow(
      Origins trusted, HttpServletRequest request, HttpServletResponse response) {
    String origin = request.getHeader("Origin");
    if (!trusted.isEmpty()) {
      response.addHeader("Vary", "Origin"); // on all answers, or caches mix them up
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
