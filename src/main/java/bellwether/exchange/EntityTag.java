package bellwether.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * Strong entity tags, for the {@code ETag} header: each state of a resource has its own (RFC 9110,
 * 8.8).
 */
public final class EntityTag {
  private static final int BYTES = 12; // enough that two states do not collide by chance

  private EntityTag() {}

  /** Returns the tag, in quotes, of a resource whose representation is this text. */
  public static String of(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      byte[] some = Arrays.copyOf(digest, BYTES);
      return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(some) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
