package bellwether.access;

import bellwether.auth.Grant;
import jakarta.servlet.http.HttpServletRequest;

/** Refuses requests to which another gate grants nothing: anonymous ones. */
public record MembersGate(Gate known) implements Gate {
  @Override
  public Grant grantOf(HttpServletRequest request) {
    Grant grant = known.grantOf(request);
    Gate.require(request, !grant.equals(Grant.NONE));
    return grant;
  }
}
