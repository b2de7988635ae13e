package bellwether.auth;

/**
 * A verifier of tokens, which returns the grants that they give. Any thread; never waits for
 * another machine.
 */
@FunctionalInterface
public interface Tokens {
  /** The verifier that refuses every token, because there is no key to check tokens with. */
  Tokens NONE =
      text -> {
        throw new InvalidTokenException("no tokens are taken here");
      };

  /**
   * Verifies a token, and returns the grant that it gives.
   *
   * @param text the token as it was presented
   * @throws InvalidTokenException if the token is forged, expired, revoked, or not for this hub
   */
  Grant verify(String text) throws InvalidTokenException;
}
