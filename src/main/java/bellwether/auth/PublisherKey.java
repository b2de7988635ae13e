package bellwether.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The publisher's key, with which a back end may do everything. It never appears in a log. */
public final class PublisherKey {
  private final byte[] digest;

  public PublisherKey(String key) {
    digest = digest(key);
  }

  /**
   * Returns whether a text is the key. The comparison takes the same time for every text, so that
   * the key cannot be guessed bit by bit.
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
