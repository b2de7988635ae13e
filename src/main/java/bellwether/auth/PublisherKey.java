package bellwether.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The one key that lets a back end publish. It never appears in a log. */
public final class PublisherKey {
  private final byte[] digest;

  public PublisherKey(String key) {
    digest = digest(key);
  }

  /**
   * Compares in the same time whatever is presented, so that the key cannot be guessed bit by bit.
   */
  public boolean matches(String presented) {
    return MessageDigest.isEqual(digest, digest(presented));
  }

  private static byte[] digest(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
