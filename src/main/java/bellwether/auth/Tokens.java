package bellwether.auth;

/** Tells what a token allows. Any thread; never waits for another machine. */
@FunctionalInterface
public interface Tokens {
  /** Takes none: there is no key to check them with. */
  Tokens NONE =
      text -> {
        throw new InvalidTokenException("no tokens are taken here");
      };

  /**
   * What the token allows.
   *
   * @param text the token as it was presented
   * @throws InvalidTokenException if it allows nothing: forged, expired, revoked, not for us
   */
  Grant verify(String text) throws InvalidTokenException;
}
