package bellwether.auth;

/** Verifies tokens, and says what they allow. Any thread; never waits for another machine. */
@FunctionalInterface
public interface Tokens {
  /** The verifier that refuses every token: there is no key to check them with. */
  Tokens NONE =
      text -> {
        throw new InvalidTokenException("no tokens are taken here");
      };

  /**
   * Verifies a token, and returns what it allows.
   *
   * @param text the token as it was presented
   * @throws InvalidTokenException if it allows nothing: forged, expired, revoked, not for this hub
   */
  Grant verify(String text) throws InvalidTokenException;
}
