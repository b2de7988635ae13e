package bellwether.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JWK set from a URL, within bounds of size and time. It follows no redirect: what is
 * trusted is this URL, and not what it may say.
 */
final class KeySetRequest implements AutoCloseable {
  static final int MOST_BYTES = 1 << 18;

  private static final int OK = 200;

  private final URI url;
  private final Duration patience;
  private final LongSupplier nanoTime;

  private volatile @Nullable HttpURLConnection connection; // while it is under way
  private volatile boolean isClosed;

  /**
   * @param patience longest time for connecting, and again for all of the answer
   */
  KeySetRequest(URI url, Duration patience, LongSupplier nanoTime) {
    this.url = url;
    this.patience = patience;
    this.nanoTime = nanoTime;
  }

  /** Returns what is there. One thread at a time. */
  String get() throws IOException {
    HttpURLConnection opened = (HttpURLConnection) url.toURL().openConnection();
    opened.setConnectTimeout((int) patience.toMillis());
    opened.setReadTimeout((int) patience.toMillis());
    opened.setInstanceFollowRedirects(false);
    opened.setUseCaches(false);
    opened.setRequestProperty("Accept", "application/jwk-set+json, application/json");
    opened.setRequestProperty("Connection", "close"); // minutes pass until the next one
    connection = opened;
    try {
      if (isClosed) {
        throw new IOException("closed");
      }
      return answer(opened);
    } finally {
      connection = null;
      opened.disconnect();
    }
  }

  private String answer(HttpURLConnection opened) throws IOException {
    long deadline = nanoTime.getAsLong() + patience.toNanos();
    int status = opened.getResponseCode();
    if (status != OK) {
      throw new IOException("the answer was " + status);
    }
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try (InputStream in = opened.getInputStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        read.write(buffer, 0, count);
        if (read.size() > MOST_BYTES) {
          throw new IOException("the answer is larger than " + MOST_BYTES + " bytes");
        }
        if (nanoTime.getAsLong() - deadline > 0) {
          throw new IOException("the answer takes longer than " + patience.toSeconds() + " s");
        }
      }
    }
    return read.toString(UTF_8);
  }

  /** Ends what is under way, and lets nothing begin. */
  @Override
  public void close() {
    isClosed = true;
    HttpURLConnection open = connection;
    if (open != null) {
      open.disconnect();
    }
  }
}
