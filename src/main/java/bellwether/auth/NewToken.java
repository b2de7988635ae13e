package bellwether.auth;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token to issue.
 *
 * @param publish topics: {@code *}, one topic, or with a star at its end all topics with this
 *     beginning
 * @param subscribe topics, in the same form
 * @param isOfDraft7 whether the token gets the claim of draft 7
 * @param isOfDraft8 whether the token gets the claim of draft 8
 */
public record NewToken(
    List<String> publish,
    List<String> subscribe,
    @Nullable String id,
    @Nullable String subject,
    @Nullable String issuer,
    @Nullable String audience,
    Instant issuedAt,
    Instant expiresAt,
    boolean isOfDraft7,
    boolean isOfDraft8) {
  public NewToken {
    publish = List.copyOf(publish);
    subscribe = List.copyOf(subscribe);
  }
}
