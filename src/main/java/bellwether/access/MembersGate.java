package bellwether.access;

import bellwether.auth.Grant;
import jakarta.servlet.http.HttpServletRequest;

/** Lets in whoever another gate knows, and nobody else. */
public record MembersGate(Gate known) implements Gate {
  @Override
  public Grant grantOf(HttpServletRequest request) {
    Grant grant = known.grantOf(request);
    Gate.require(request, !grant.equals(Grant.NONE));
    return grant;
  }
}
