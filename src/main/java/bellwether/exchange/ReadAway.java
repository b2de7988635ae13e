package bellwether.exchange;

import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Reads and discards a body that is not wanted, for a while: were the connection closed under a
 * client that sends, it would be reset, and the client might never see its answer. Guarded by its
 * owner's lock.
 */
final class ReadAway {
  private static final int MAX_BYTES = 1 << 20;
  private static final Duration MAX_TIME = Duration.ofSeconds(5);

  private final LongSupplier nanoTime;
  private int bytes;
  private long since;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  ReadAway(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Has the time begin. */
  void begin() {
    since = nanoTime.getAsLong();
  }

  /**
   * Reads what is here without waiting.
   *
   * @return whether it stopped because the client has sent too much, or for too long; there may be
   *     more, so the caller goes on or cuts it off
   */
  boolean read(ServletInputStream in) throws IOException {
    byte[] discarded = new byte[2048];
    while (!in.isFinished() && in.isReady()) {
      int count = in.read(discarded);
      if (count < 0) {
        return false;
      }
      bytes += count;
      if (isEnough()) {
        return true;
      }
    }
    return false;
  }

  private boolean isEnough() {
    return bytes > MAX_BYTES || nanoTime.getAsLong() - since > MAX_TIME.toNanos();
  }

  /** Reads and discards, with a thread that waits for the client. */
  static void waiting(ServletInputStream in) throws IOException {
    byte[] discarded = new byte[8192];
    for (int left = MAX_BYTES; left > 0; ) {
      int length = in.read(discarded);
      if (length < 0) {
        return;
      }
      left -= length;
    }
  }
}
