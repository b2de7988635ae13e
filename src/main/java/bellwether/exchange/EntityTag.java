package bellwether.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/** What tells one state of a resource from every other: a strong {@code ETag} (RFC 9110, 8.8). */
public final class EntityTag {
  private static final int BYTES = 12; // enough that no two states meet by chance

  private EntityTag() {}

  /** The tag, in its quotes, of a resource that is shown as this text. */
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
