package bellwether.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JWK set from a URL, within bounds of size and time. It follows no redirect: what is
 * trusted is this URL, and not what it may say.
 */
final class KeySetRequest implements AutoCloseable {
  /*
   * The JDK's newer client would leave a thread behind in a container that undeploys us. The time-outs
   * of this one are for each read, so that an answer which drips would go on for ever: a thread that
   * lives as long as the request closes its socket in time.
   */
  static final int MAX_BYTES = 1 << 18;

  private static final int OK = 200;

  private final URI url;
  private final Duration patience;

  private volatile @Nullable HttpURLConnection connection; // while it is under way
  private volatile boolean isClosed;

  /**
   * @param patience longest time for all of it
   */
  KeySetRequest(URI url, Duration patience) {
    this.url = url;
    this.patience = patience;
  }

  /** Returns what is there. One thread at a time. */
  String get() throws IOException {
    HttpURLConnection opened = (HttpURLConnection) url.toURL().openConnection();
    opened.setConnectTimeout((int) patience.toMillis());
    opened.setReadTimeout(2 * (int) patience.toMillis()); // the watch comes first
    opened.setInstanceFollowRedirects(false);
    opened.setUseCaches(false);
    opened.setRequestProperty("Accept", "application/jwk-set+json, application/json");
    opened.setRequestProperty("Connection", "close"); // minutes pass until the next one
    CountDownLatch over = new CountDownLatch(1);
    CountDownLatch cut = new CountDownLatch(1);
    connection = opened;
    try {
      watch(opened, over, cut);
      return answer(opened);
    } catch (IOException e) {
      throw cut.getCount() == 0 ? new IOException("it takes longer than " + patience, e) : e;
    } finally {
      over.countDown();
      connection = null;
      opened.disconnect();
    }
  }

  private String answer(HttpURLConnection opened) throws IOException {
    if (isClosed) {
      throw new IOException("closed");
    }
    int status = opened.getResponseCode();
    if (status != OK) {
      throw new IOException("the answer was " + status);
    }
    try (InputStream in = opened.getInputStream()) {
      byte[] read = in.readNBytes(MAX_BYTES + 1);
      if (read.length > MAX_BYTES) {
        throw new IOException("the answer is larger than " + MAX_BYTES + " bytes");
      }
      return new String(read, UTF_8);
    }
  }

  private void watch(HttpURLConnection opened, CountDownLatch over, CountDownLatch cut) {
    Thread thread =
        new Thread(
            () -> {
              try {
                if (!over.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                  cut.countDown();
                  opened.disconnect();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // nobody does that
              }
            },
            "bellwether-keys-watch");
    thread.setDaemon(true);
    thread.start();
  }

  boolean isClosed() {
    return isClosed;
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
