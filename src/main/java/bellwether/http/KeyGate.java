package bellwether.http;

import bellwether.auth.Grant;
import bellwether.auth.PublisherKey;
import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lets in whoever shows the publisher's key as a bearer token (RFC 6750). */
final class KeyGate implements Gate {
  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([!-~]+) *");

  private final @Nullable PublisherKey key;

  /**
   * @param key null to let nobody in
   */
  KeyGate(@Nullable PublisherKey key) {
    this.key = key;
  }

  @Override
  public Grant grantOf(HttpServletRequest request) {
    String authorization = request.getHeader("Authorization");
    if (key == null || authorization == null) {
      return Grant.NONE;
    }
    Matcher bearer = BEARER.matcher(authorization);
    return bearer.matches() && key.matches(bearer.group(1)) ? Grant.ALL : Grant.NONE;
  }
}
