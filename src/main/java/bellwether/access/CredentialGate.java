package bellwether.access;

import bellwether.auth.Grant;
import bellwether.auth.InvalidTokenException;
import bellwether.auth.PublisherKey;
import bellwether.auth.Tokens;
import bellwether.exchange.HttpProblem;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges requests by the publisher's key or the token that they show. A request with an invalid one
 * is refused, even if it needs none: its sender believes that the credential is accepted.
 */
public final class CredentialGate implements Gate {
  private static final Logger logger = LoggerFactory.getLogger(CredentialGate.class);
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "QUERY");
  private static final int FREE_FAILURES = 20;
  private static final Duration FAILURE = Duration.ofSeconds(3);
  private static final Duration COMPLAINT = Duration.ofMinutes(1);

  private final @Nullable PublisherKey key;
  private final Tokens tokens;
  private final boolean takesParameter;
  private final Origins origins;
  private final RateLimit failures;
  private final RateLimit complaints;

  /**
   * Creates a gate without any counted failures.
   *
   * @param key the publisher's key; null to accept none
   * @param takesParameter whether a token in the query is accepted
   * @param origins the origins of pages that may make changes with a cookie
   */
  public CredentialGate(
      @Nullable PublisherKey key,
      Tokens tokens,
      boolean takesParameter,
      Origins origins,
      LongSupplier nanoTime) {
    this.key = key;
    this.tokens = tokens;
    this.takesParameter = takesParameter;
    this.origins = origins;
    this.failures = new RateLimit(FAILURE, FREE_FAILURES, nanoTime);
    this.complaints = new RateLimit(COMPLAINT, 1, nanoTime);
  }

  @Override
  public Grant grantOf(HttpServletRequest request) {
    Credentials credentials = Credentials.of(request, takesParameter);
    if (credentials == null) {
      return Grant.NONE;
    }
    if (credentials.isCookie() && !SAFE.contains(request.getMethod())) {
      origins.requireTrusted(request);
    }
    if (key != null && key.matches(credentials.text())) {
      return Grant.ALL;
    }
    try {
      return tokens.verify(credentials.text());
    } catch (InvalidTokenException e) {
      throw e.isTemporary() ? Challenge.notNow() : refused(request, e);
    }
  }

  /**
   * Counts and logs a failure. A client that fails too often gets 429, which slows down guessing.
   */
  private HttpProblem refused(HttpServletRequest request, InvalidTokenException why) {
    String address = ClientAddress.of(request);
    if (complaints.take(address, 1).isZero()) {
      logger.info("Refused the key or token of {}: {}", address, why.getMessage());
    }
    Duration wait = failures.take(address, 1);
    return wait.isZero()
        ? Challenge.invalidToken(request)
        : HttpProblem.tooMany("too many requests with an invalid key or token", wait);
  }
}
