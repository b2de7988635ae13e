package bellwether.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * What is there for the demo's pages is there for whoever sits at this machine, and nobody else.
 */
final class DemoOnlyFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (DemoGate.isFromThisMachine(request)) {
      chain.doFilter(request, response);
    } else {
      HttpProblem.nothingHere().write(request, response);
    }
  }
}
