package bellwether.auth;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import java.util.ArrayList;
import java.util.List;

/** The keys that tokens are checked with at one time. Immutable; any thread. */
final class KeyRing {
  /** The most keys: each might have to be tried for a token that names none. */
  static final int MAX = 32;

  static final KeyRing EMPTY = new KeyRing(List.of());

  private final List<TrustedKey> keys;

  private KeyRing(List<TrustedKey> keys) {
    this.keys = keys;
  }

  /**
   * Returns the ring of the keys that can check a token.
   *
   * @throws IllegalArgumentException if there are none, or too many
   */
  static KeyRing of(List<NamedKey> named, Algorithms allowed) {
    List<TrustedKey> keys = new ArrayList<>();
    for (NamedKey key : named) {
      TrustedKey trusted = TrustedKey.of(key, allowed);
      if (trusted != null) {
        keys.add(trusted);
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "has no key in it that tokens can be checked with by "
              + allowed
              + "; a shared secret needs 32 bytes for HS256 (48 for HS384, 64 for HS512), an RSA"
              + " key 2048 bits, and of a pair the public key is needed");
    }
    if (keys.size() > MAX) {
      throw new IllegalArgumentException("has more than " + MAX + " keys in it");
    }
    return new KeyRing(List.copyOf(keys));
  }

  /** Returns whether there is a key that a token with this header could have been signed with. */
  boolean hasOneFor(JWSHeader header) {
    return keys.stream().anyMatch(key -> key.fits(header));
  }

  /** Returns whether one of the keys has signed the token. */
  boolean haveSigned(JWSObject token) {
    return keys.stream().anyMatch(key -> key.fits(token.getHeader()) && key.hasSigned(token));
  }
}
