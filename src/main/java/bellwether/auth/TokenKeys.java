package bellwether.auth;

/** The keys that tokens are checked with, which may change while the server runs. Any thread. */
public abstract class TokenKeys implements AutoCloseable {
  TokenKeys() {}

  /**
   * Keys that stay as they are.
   *
   * @param text a shared secret, PEM, a JWK or a JWK set
   * @throws IllegalArgumentException saying what is wrong, and no secret
   */
  public static TokenKeys of(String text, Algorithms allowed) {
    KeyRing ring = KeyRing.of(KeyText.keys(text), allowed);
    return new TokenKeys() {
      @Override
      KeyRing current() {
        return ring;
      }
    };
  }

  /** Those of now. Never waits. The same object as long as they are the same. */
  abstract KeyRing current();

  /**
   * Told that a token came which none of them can have signed.
   *
   * @return whether a newer one may be known soon
   */
  boolean missed() {
    return false;
  }

  /** Looks whether there are others, if it is time. May wait; one thread at a time. */
  public void refreshIfDue() {}

  @Override
  public void close() {}
}
