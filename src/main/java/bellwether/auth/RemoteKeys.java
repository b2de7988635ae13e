package bellwether.auth;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of an authorization server, at the URL of its JWK set. The keys last read stay
 * while the set cannot be read or has no usable key.
 *
 * <p>Keys are read only in the background. So a token signed with a new key may be refused for a
 * moment, until that key has been read.
 */
public final class RemoteKeys extends TokenKeys {
  private static final Logger logger = LoggerFactory.getLogger(RemoteKeys.class);

  /** The interval of reading. A key that was removed may still count for this time. */
  static final Duration INTERVAL = Duration.ofMinutes(5);

  /**
   * The shortest interval, used if a token was signed with an unknown key, or after a failure. So
   * forged tokens cause no more requests than that.
   */
  static final Duration MIN_INTERVAL = Duration.ofSeconds(15);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final URI url;
  private final Algorithms allowed;
  private final LongSupplier nanoTime;
  private final KeySetRequest request;

  private volatile KeyRing ring = KeyRing.EMPTY;
  private volatile boolean isMissed = true;
  private volatile long readAt; // when the keys in the ring were read

  // Confined to the refreshing thread.
  private String text = "";
  private boolean hasFailed;
  private long lastAt;

  /**
   * Creates the object without a request: {@link #refreshIfDue} reads the keys, also the first
   * time.
   */
  public RemoteKeys(URI url, Algorithms allowed, LongSupplier nanoTime) {
    this(url, allowed, PATIENCE, nanoTime);
  }

  RemoteKeys(URI url, Algorithms allowed, Duration patience, LongSupplier nanoTime) {
    this.url = url;
    this.allowed = allowed;
    this.nanoTime = nanoTime;
    this.request = new KeySetRequest(url, patience);
    this.lastAt = nanoTime.getAsLong() - MIN_INTERVAL.toNanos();
  }

  @Override
  KeyRing current() {
    return ring;
  }

  /**
   * Notes that a token came which none of the keys can have signed. If the keys were read a moment
   * ago, no newer one is expected.
   */
  @Override
  boolean missed() {
    isMissed = true;
    return ring == KeyRing.EMPTY || nanoTime.getAsLong() - readAt >= MIN_INTERVAL.toNanos();
  }

  @Override
  public void refreshIfDue() {
    Duration interval = isMissed || hasFailed ? MIN_INTERVAL : INTERVAL;
    if (nanoTime.getAsLong() - lastAt < interval.toNanos() || request.isClosed()) {
      return;
    }
    isMissed = false;
    lastAt = nanoTime.getAsLong();
    try {
      take(request.get());
      if (hasFailed) {
        logger.info("{} can be read again", url);
      }
      hasFailed = false;
    } catch (IOException | IllegalArgumentException e) {
      if (!hasFailed && !request.isClosed()) {
        logger.warn("{}: {}; the keys stay as they were, and it is tried again", url, reason(e));
      }
      hasFailed = true;
    }
  }

  /**
   * Takes the keys from a text. The same text keeps the same ring, so tokens checked with it need
   * not be checked again.
   */
  private void take(String newText) {
    if (!newText.equals(text)) {
      ring = KeyRing.of(JwkText.publicKeys(newText), allowed);
      text = newText;
    }
    readAt = nanoTime.getAsLong();
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  @Override
  public void close() {
    request.close();
  }
}
