package bellwether.demo;

import bellwether.exchange.HttpProblem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Hides the URLs that only the demo's pages need from requests that are not from this machine. */
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
