package bellwether.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cache of tokens that were verified recently. A publisher may show the same one a hundred times
 * a second, and checking a signature may take longer than all the rest of a request. Any thread.
 */
final class VerifiedTokens {
  private static final int MAX = 1000;

  private final Map<String, Found> found =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Found> eldest) {
          return size() > MAX;
        }
      };

  /** Returns the grant of the token, if it was verified with these very keys; else null. */
  @Nullable Grant find(String token, KeyRing keys) {
    String digest = digest(token);
    synchronized (found) {
      Found last = found.get(digest);
      return last != null && last.keys == keys ? last.grant : null;
    }
  }

  void put(String token, KeyRing keys, Grant grant) {
    String digest = digest(token);
    synchronized (found) {
      found.put(digest, new Found(keys, grant));
    }
  }

  /**
   * Returns a digest that stands for the token, so that the token itself cannot be found in a dump
   * of the memory.
   */
  private static String digest(String token) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(US_ASCII));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private record Found(KeyRing keys, Grant grant) {}
}
