package bellwether.auth;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token besides its permissions (RFC 7519, section 4.1). The token itself is not
 * kept.
 *
 * @param id {@code jti}
 * @param subject {@code sub}: the user
 * @param issuedAt {@code iat}
 * @param expiresAt {@code exp}; null if it is valid for ever
 * @param payloads the data that the issuer wants shown about the bearer; null for a token without
 *     topics
 */
public record Token(
    @Nullable String id,
    @Nullable String subject,
    @Nullable Instant issuedAt,
    @Nullable Instant expiresAt,
    @Nullable Payloads payloads) {}
