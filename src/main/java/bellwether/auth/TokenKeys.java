package bellwether.auth;

/** The keys that tokens are checked with, which may change while the server runs. Any thread. */
public abstract class TokenKeys implements AutoCloseable {
  TokenKeys() {}

  /**
   * Returns keys that never change.
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

  /** Returns the present keys. Never waits. The object is the same as long as the keys are. */
  abstract KeyRing current();

  /**
   * Notes that a token came which none of the keys can have signed.
   *
   * @return whether a newer key may be known soon
   */
  boolean missed() {
    return false;
  }

  /** Refreshes the keys if that is due. May wait; for one thread at a time. */
  public void refreshIfDue() {}

  @Override
  public void close() {}
}
