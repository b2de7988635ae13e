package bellwether.access;

import bellwether.auth.Grant;
import bellwether.auth.Token;
import bellwether.exchange.Answer;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.HttpProblem;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * {@code /session}: POST puts the token of the {@code Authorization} header into a cookie for all
 * of this application, which browsers add by themselves even to the requests of an {@code
 * EventSource}. DELETE removes the cookie.
 */
public final class SessionServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Gate gate;
  private final transient InstantSource clock;

  public SessionServlet(Gate gate, InstantSource clock) {
    this.gate = gate;
    this.clock = clock;
  }

  @Override
  protected String allowed(HttpServletRequest request) {
    return "POST, DELETE, OPTIONS";
  }

  @Override
  protected void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Credentials shown = Credentials.of(request, false);
    if (shown == null || shown.isCookie()) {
      throw Challenge.badCredentials("a token is needed: Authorization: Bearer");
    }
    Grant grant = gate.grantOf(request);
    Token token = grant.token();
    if (token == null) { // the publisher's key lasts for ever, and may do everything
      throw new HttpProblem(400, "only a token can be put into a cookie");
    }
    answer(request, response, shown.text(), secondsLeft(token));
  }

  @Override
  protected void delete(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    answer(request, response, "", 0);
  }

  /**
   * Sets the cookie of draft 8 over HTTPS, and removes that of draft 7, which may be left from
   * plain HTTP. Over plain HTTP it sets that of draft 7, because browsers refuse the {@code
   * __Secure-} prefix there.
   */
  private static void answer(
      HttpServletRequest request, HttpServletResponse response, String text, int seconds) {
    boolean isSecure = request.isSecure();
    response.addCookie(cookie(request, Credentials.COOKIES.get(isSecure ? 0 : 1), text, seconds));
    if (isSecure) {
      response.addCookie(cookie(request, Credentials.COOKIES.get(1), "", 0));
    }
    response.setHeader("Cache-Control", Answer.DO_NOT_STORE);
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
  }

  private static Cookie cookie(HttpServletRequest request, String name, String text, int seconds) {
    Cookie cookie = new Cookie(name, text);
    cookie.setPath(request.getContextPath() + "/");
    cookie.setSecure(request.isSecure());
    cookie.setHttpOnly(true);
    cookie.setAttribute("SameSite", "Strict");
    cookie.setMaxAge(seconds);
    return cookie;
  }

  /** Returns the seconds until the token expires, or -1, a session cookie, if it never does. */
  private int secondsLeft(Token token) {
    Instant end = token.expiresAt();
    return end == null
        ? -1
        : (int) Math.min(Integer.MAX_VALUE, Duration.between(clock.instant(), end).toSeconds());
  }
}
