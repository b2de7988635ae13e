package bellwether.auth;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a token says besides what it allows (RFC 7519, section 4.1). The token itself is not kept.
 *
 * @param id {@code jti}
 * @param subject {@code sub}: the user whom it was given to
 * @param issuedAt {@code iat}
 * @param expiresAt {@code exp}; null if it is good for ever
 * @param payloads what its issuer wants told of its bearer; null for a token that is not about
 *     topics
 */
public record Token(
    @Nullable String id,
    @Nullable String subject,
    @Nullable Instant issuedAt,
    @Nullable Instant expiresAt,
    @Nullable Payloads payloads) {}
