package bellwether.auth;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of an authorization server, at the URL of its JWK set. Those that were last read
 * stay while it cannot be read, or says nothing that is of use.
 *
 * <p>They are read in the background only. So a token that is signed with a new key may be refused
 * for a moment, until that has been read too.
 */
public final class RemoteKeys extends TokenKeys {
  private static final Logger logger = LoggerFactory.getLogger(RemoteKeys.class);

  /** How often they are read: so long a key that is no longer there may still count. */
  static final Duration INTERVAL = Duration.ofMinutes(5);

  /** The same if a token was signed with another, or after a failure: forged ones cause no more. */
  static final Duration MIN_INTERVAL = Duration.ofSeconds(15);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final URI url;
  private final Algorithms allowed;
  private final LongSupplier nanoTime;
  private final KeySetRequest request;

  private volatile KeyRing ring = KeyRing.EMPTY;
  private volatile boolean isMissed = true;
  private volatile long readAt; // what is in the ring

  // Confined to the thread that refreshes.
  private String text = "";
  private boolean hasFailed;
  private long lastAt;

  /** They are read by {@link #refreshIfDue}, from the first time on. */
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

  /** Whoever was not among them a moment ago is none of theirs. */
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

  /** The same text is the same ring: what has been checked with it need not be again. */
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
