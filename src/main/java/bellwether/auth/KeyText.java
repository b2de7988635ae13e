package bellwether.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import javax.crypto.spec.SecretKeySpec;

/** Reads keys as text: in PEM, as a JWK or a JWK set, or else a shared secret. */
final class KeyText {
  private KeyText() {}

  /**
   * Returns all keys in the text.
   *
   * @throws IllegalArgumentException saying what is wrong, and no secret
   */
  static List<NamedKey> keys(String text) {
    String trimmed = text.strip();
    if (PemText.isIn(trimmed)) {
      return PemText.keys(trimmed).stream().map(key -> new NamedKey(null, null, key)).toList();
    }
    if (trimmed.startsWith("{")) {
      return JwkText.keys(trimmed);
    }
    if (trimmed.isEmpty()) {
      throw new IllegalArgumentException("is empty");
    }
    return List.of(new NamedKey(null, null, new SecretKeySpec(trimmed.getBytes(UTF_8), "HMAC")));
  }
}
