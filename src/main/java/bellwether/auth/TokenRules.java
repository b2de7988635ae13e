package bellwether.auth;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of every token here, and how it is read.
 *
 * @param issuer who must have issued it; null for whoever has the key
 * @param audience whom it must be meant for; null for anybody
 * @param operators subjects that may do what operators may
 * @param hub what relative URL patterns and topics are resolved against
 */
public record TokenRules(
    @Nullable String issuer, @Nullable String audience, Set<String> operators, URI hub) {
  /** A place that is nobody's, for what is relative to the hub and compared with the same. */
  private static final URI HUB = URI.create("https://localhost/.well-known/mercure");

  public TokenRules {
    operators = Set.copyOf(operators);
  }

  /** The audience is taken for the hub's own URL, as is usual (RFC 9728), if it is a URL. */
  public static TokenRules of(
      @Nullable String issuer, @Nullable String audience, Set<String> operators) {
    return new TokenRules(issuer, audience, operators, audience == null ? HUB : hub(audience));
  }

  /** The same for the hub at another URL. */
  public TokenRules at(URI other) {
    return new TokenRules(issuer, audience, operators, other);
  }

  private static URI hub(String audience) {
    try {
      URI url = new URI(audience);
      return url.getHost() == null ? HUB : url;
    } catch (URISyntaxException e) {
      return HUB;
    }
  }
}
