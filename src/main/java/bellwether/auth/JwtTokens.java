package bellwether.auth;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Verifies tokens that are signed JWTs (RFC 7519), with the claims of either draft of Mercure. */
public final class JwtTokens implements Tokens {
  /*
   * A token does not decide how it is checked: its header only picks one of our keys, by name, and
   * one of the algorithms of this very key. Keys in the token (jwk, jku, x5u, x5c) are ignored.
   * Claims are read only after a signature has been verified.
   */

  /** The longest text, in characters: most containers allow no longer header in a request. */
  static final int MAX_CHARACTERS = 8192;

  /** The tolerance for times, since the clocks of two machines differ. {@code exp} has none. */
  static final Duration LEEWAY = Duration.ofSeconds(30);

  /**
   * The strict form of a token. A decoder that skips characters outside Base64 would accept many
   * texts as the same token.
   */
  private static final Pattern SHAPE =
      Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++");

  private static final String ACCESS_TOKEN = "at+jwt"; // RFC 9068

  private final TokenKeys keys;
  private final TokenRules rules;
  private final Predicate<Token> isRevoked;
  private final InstantSource clock;
  private final VerifiedTokens verified = new VerifiedTokens();

  /**
   * @param isRevoked see {@link Revocations#isRevoked}
   */
  public JwtTokens(
      TokenKeys keys, TokenRules rules, Predicate<Token> isRevoked, InstantSource clock) {
    this.keys = keys;
    this.rules = rules;
    this.isRevoked = isRevoked;
    this.clock = clock;
  }

  @Override
  public Grant verify(String text) throws InvalidTokenException {
    if (text.length() > MAX_CHARACTERS) {
      throw new InvalidTokenException("it is longer than " + MAX_CHARACTERS + " characters");
    }
    KeyRing ring = keys.current();
    Grant known = verified.find(text, ring);
    Grant grant = known == null ? read(signed(text, ring)) : known;
    requireValid(Objects.requireNonNull(grant.token()));
    if (known == null) {
      verified.put(text, ring, grant);
    }
    return grant;
  }

  private JWSObject signed(String text, KeyRing ring) throws InvalidTokenException {
    if (!SHAPE.matcher(text).matches()) {
      throw new InvalidTokenException("it is no signed JWT");
    }
    JWSObject token;
    try {
      token = JWSObject.parse(text);
    } catch (ParseException | RuntimeException e) { // the second for some JSON, such as null
      throw new InvalidTokenException("its header cannot be read");
    }
    JWSHeader header = token.getHeader();
    requireOrdinary(header);
    if (!ring.hasOneFor(header)) {
      boolean isTemporary = keys.missed();
      throw new InvalidTokenException(
          "it is signed with a key or an algorithm unknown here", isTemporary);
    }
    if (!ring.haveSigned(token)) {
      throw new InvalidTokenException("its signature is wrong");
    }
    return token;
  }

  /** Refuses critical extensions, of which none is supported, and tokens for another purpose. */
  private static void requireOrdinary(JWSHeader header) throws InvalidTokenException {
    if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
      throw new InvalidTokenException("its header has an extension that is not known here");
    }
    String type = type(header);
    if (!type.equals("jwt") && !type.equals(ACCESS_TOKEN)) {
      throw new InvalidTokenException("it is not of a type (typ) that is taken here");
    }
  }

  /**
   * Returns the type in lower case, without the part that may be left out (RFC 7515, section
   * 4.1.9).
   */
  private static String type(JWSHeader header) {
    JOSEObjectType type = header.getType();
    String name = type == null ? "jwt" : type.getType().toLowerCase(Locale.ROOT);
    return name.startsWith("application/") ? name.substring("application/".length()) : name;
  }

  private Grant read(JWSObject signed) throws InvalidTokenException {
    Claims claims = Claims.parse(signed.getPayload().toString());
    if (rules.issuer() != null && !rules.issuer().equals(claims.text("iss"))) {
      throw new InvalidTokenException("it is from another issuer (iss)");
    }
    if (rules.audience() != null && !claims.isFor(rules.audience())) {
      throw new InvalidTokenException("it is meant for others (aud)");
    }
    Instant notBefore = claims.time("nbf");
    if (notBefore != null && clock.instant().plus(LEEWAY).isBefore(notBefore)) {
      throw new InvalidTokenException("it is not valid yet (nbf)");
    }
    Instant expiresAt = claims.time("exp");
    MercureClaims allowed = MercureClaims.read(claims.json(), rules.hub());
    if (allowed.isOfDraft8()) {
      requireAccessToken(signed.getHeader(), expiresAt);
    }
    String subject = claims.name("sub");
    Token token =
        new Token(claims.name("jti"), subject, claims.time("iat"), expiresAt, allowed.payloads());
    return new Grant(
        allowed.publish(),
        allowed.subscribe(),
        subject != null && rules.operators().contains(subject),
        token);
  }

  private static void requireAccessToken(JWSHeader header, @Nullable Instant expiresAt)
      throws InvalidTokenException {
    if (!type(header).equals(ACCESS_TOKEN)) {
      throw new InvalidTokenException("authorization_details need the type (typ) at+jwt");
    }
    if (expiresAt == null) {
      throw new InvalidTokenException("authorization_details need an end (exp)");
    }
  }

  /** Checks the rules whose result may change with time. */
  private void requireValid(Token token) throws InvalidTokenException {
    if (token.expiresAt() != null && !clock.instant().isBefore(token.expiresAt())) {
      throw new InvalidTokenException("it has expired (exp)");
    }
    if (isRevoked.test(token)) {
      throw new InvalidTokenException("it has been revoked");
    }
  }
}
