package bellwether.auth;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules that every token has to satisfy here, and the settings by which it is read.
 *
 * @param issuer the issuer that a token must have; null for any that has the key
 * @param audience the audience that a token must be meant for; null for any
 * @param operators subjects that may do what operators may
 * @param hub the URL that relative URL patterns and topics are resolved against
 */
public record TokenRules(
    @Nullable String issuer, @Nullable String audience, Set<String> operators, URI hub) {
  /**
   * A URL without a server, used where patterns relative to the hub are compared only with one
   * another.
   */
  private static final URI HUB = URI.create("https://localhost/.well-known/mercure");

  public TokenRules {
    operators = Set.copyOf(operators);
  }

  /**
   * Creates rules; the audience is taken for the hub's own URL, as is usual (RFC 9728), if it is a
   * URL.
   */
  public static TokenRules of(
      @Nullable String issuer, @Nullable String audience, Set<String> operators) {
    return new TokenRules(issuer, audience, operators, audience == null ? HUB : hub(audience));
  }

  /** Returns the same rules for the hub at another URL. */
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
