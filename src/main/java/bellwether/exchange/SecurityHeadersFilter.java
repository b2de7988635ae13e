package bellwether.exchange;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Adds the security headers to every answer: our pages run only our own scripts, and no other site
 * can frame them.
 */
public final class SecurityHeadersFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private static final String CONTENT_SECURITY_POLICY =
      String.join(
          "; ",
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "img-src 'self'",
          "connect-src 'self'",
          "font-src 'self'",
          "base-uri 'none'",
          "form-action 'self'",
          "frame-ancestors 'none'");

  private static final String CROSS_ORIGIN_PAGE = "/guide/cross-origin.html";

  private final String policyOfCrossOriginPage;

  /**
   * @param secondPort the port of the second origin, to which one page of the guide connects; 0 for
   *     none
   * @param isOneOfMany whether other servers answer requests of the same page, each with a second
   *     port of its own: then that page may connect to any port of its machine
   */
  public SecurityHeadersFilter(int secondPort, boolean isOneOfMany) {
    policyOfCrossOriginPage =
        secondPort == 0
            ? CONTENT_SECURITY_POLICY
            : CONTENT_SECURITY_POLICY.replace(
                "connect-src 'self'",
                "connect-src 'self' http://localhost:%1$s http://127.0.0.1:%1$s"
                    .formatted(isOneOfMany ? "*" : Integer.toString(secondPort)));
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    response.setHeader(
        "Content-Security-Policy",
        isCrossOriginPage(request) ? policyOfCrossOriginPage : CONTENT_SECURITY_POLICY);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "same-origin");
    response.setHeader("Cache-Control", "no-cache"); // browsers revalidate pages
    chain.doFilter(request, response);
  }

  /**
   * Returns whether the request is for the page that connects to the second origin. It compares the
   * undecoded URL, because Jetty throws when asked to decode one that contains %2F.
   */
  private static boolean isCrossOriginPage(HttpServletRequest request) {
    return request.getRequestURI().equals(request.getContextPath() + CROSS_ORIGIN_PAGE);
  }
}
