package bellwether.stream;

import bellwether.auth.Grant;
import bellwether.auth.Token;
import bellwether.hub.ControlFrame;
import bellwether.observe.CloseReason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends streams and polls whose token has expired or was revoked. Any thread. */
public final class StreamRights {
  private static final Logger logger = LoggerFactory.getLogger(StreamRights.class);
  private static final Duration FOR_EVER = Duration.ofDays(36_500); // few more fit into nanoseconds

  private final ConnectionRegistry registry;
  private final ScheduledExecutorService timer;
  private final InstantSource clock;
  private final Predicate<Token> isRevoked;
  private final AtomicLong ended = new AtomicLong();
  private final Set<HeldExchange> ending = ConcurrentHashMap.newKeySet(); // counted already

  /**
   * @param isRevoked whether a token has been revoked
   */
  StreamRights(
      ConnectionRegistry registry,
      ScheduledExecutorService timer,
      InstantSource clock,
      Predicate<Token> isRevoked) {
    this.registry = registry;
    this.timer = timer;
    this.clock = clock;
    this.isRevoked = isRevoked;
  }

  /** Binds the stream to this grant, which replaces the one that it had. */
  void bind(HeldExchange stream, Grant grant) {
    Token token = grant.token();
    if (grant.equals(Grant.NONE)) {
      stream.bind(StreamAuthorization.NONE);
      return;
    }
    stream.bind(
        new StreamAuthorization(grant, token == null ? null : endOf(token.expiresAt(), stream)));
  }

  /**
   * Ends the stream if its token was revoked while it was being opened, because nothing else would;
   * returns whether it did.
   */
  boolean check(HeldExchange stream) {
    Token token = stream.terms().grant().token();
    boolean isOver = token != null && isRevoked.test(token);
    if (isOver) {
      revoke(stream);
    }
    return isOver;
  }

  /** Returns the number of streams that have ended because their token was revoked. */
  public long ended() {
    return ended.get();
  }

  /** Ends every stream whose token has been revoked. */
  public void endRevoked() {
    registry.forEach(
        stream -> {
          try {
            if (check(stream) && ending.add(stream)) {
              ended.incrementAndGet();
            }
          } catch (RuntimeException e) { // the other streams must be ended in any case
            logger.warn("A stream whose token was revoked could not be ended", e);
          }
        });
    ending.removeIf(stream -> !registry.holds(stream));
  }

  private static void revoke(HeldExchange stream) {
    stream.disallow(ControlFrame.revoked("revoked"), CloseReason.REVOKED);
  }

  private @Nullable Future<?> endOf(@Nullable Instant expiresAt, HeldExchange stream) {
    if (expiresAt == null) {
      return null;
    }
    Duration left = Duration.between(clock.instant(), expiresAt);
    if (left.compareTo(FOR_EVER) > 0) {
      return null;
    }
    return timer.schedule(
        () -> stream.disallow(ControlFrame.revoked("expired"), CloseReason.EXPIRED),
        Math.max(0, left.toNanos()),
        TimeUnit.NANOSECONDS);
  }
}
