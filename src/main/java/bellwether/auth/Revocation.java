package bellwether.auth;

import java.time.Instant;

/**
 * The revocation of one token, or of all tokens that a subject had.
 *
 * @param name the token's id, or the subject
 * @param at for a token when it expires by itself, {@link Instant#MAX} if never; for a subject the
 *     time before which its tokens were issued
 */
public record Revocation(Kind kind, String name, Instant at) {
  /** What is revoked. */
  public enum Kind {
    TOKEN,
    SUBJECT
  }
}
