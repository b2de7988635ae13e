package bellwether.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.auth.Grant;
import bellwether.exchange.HeaderText;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.wire.PlainText;
import jakarta.servlet.http.HttpServletRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The {@code Idempotency-Key} header, which marks a repeated request as the same one. */
public final class IdempotencyKey {
  private static final int MAX_LENGTH = 1024;

  private IdempotencyKey() {}

  /**
   * Returns the request's key, or null if it has none.
   *
   * @throws HttpProblem if the header is not a valid key
   */
  public static @Nullable String of(HttpServletRequest request) {
    String header = request.getHeader("Idempotency-Key");
    return header == null ? null : Input.valid(() -> read(header));
  }

  private static String read(String header) {
    String key =
        HeaderText.decodeStrictly(header)
            .orElseThrow(
                () -> new IllegalArgumentException("Idempotency-Key is not well-formed UTF-8"));
    if (key.isBlank()) { // sent by clients without a key: their requests are not all the same one
      throw new IllegalArgumentException("Idempotency-Key is empty");
    }
    PlainText.require("Idempotency-Key", key, MAX_LENGTH);
    return key;
  }

  /**
   * Returns the owner of the keys that a request with this grant chooses: the same key of two
   * owners means two requests.
   */
  public static Optional<String> ownerOf(Grant grant) {
    if (grant.token() == null) {
      return Optional.empty();
    }
    return Optional.of(grant.owner() == null ? grant.publish().toString() : grant.owner());
  }

  /**
   * Returns a key that combines the owner and the given key, of a fixed length, to be stored in a
   * table.
   */
  public static String owned(String key, Grant grant) {
    String named = ownerOf(grant).orElse("") + '\n' + key;
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(named.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
