package bellwether.demo;

import bellwether.exchange.HttpProblem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * What is there for the demo's pages is there for whoever sits at this machine, and nobody else.
 */
public final class DemoOnlyFilter extends HttpFilter {
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
