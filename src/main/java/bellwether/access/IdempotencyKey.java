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

/** What makes a request that is sent again the same request: {@code Idempotency-Key}. */
public final class IdempotencyKey {
  private static final int MAX_LENGTH = 1024;

  private IdempotencyKey() {}

  /**
   * The request's key; null if it has none.
   *
   * @throws HttpProblem if it is no key
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
    if (key.isBlank()) { // of clients that have none: their requests are not all the same
      throw new IllegalArgumentException("Idempotency-Key is empty");
    }
    PlainText.require("Idempotency-Key", key, MAX_LENGTH);
    return key;
  }

  /** Who may have chosen the key, so that nobody is given what another's stands for. */
  public static Optional<String> ownerOf(Grant grant) {
    if (grant.token() == null) {
      return Optional.empty();
    }
    return Optional.of(grant.owner() == null ? grant.publish().toString() : grant.owner());
  }

  /** A key of its owner's alone, of a fixed length, to be kept in a table. */
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
