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
 * Reads a JWK set from a URL, within bounds of size and time. It follows no redirect: only this URL
 * is trusted, not one that it may lead to.
 */
final class KeySetRequest implements AutoCloseable {
  /*
   * The JDK's newer client would leave a thread behind in a container that undeploys the
   * application. The time-outs of this older client are for each read, so an answer that comes byte
   * by byte would go on for ever: a thread that lives as long as the request closes its socket in
   * time.
   */
  static final int MAX_BYTES = 1 << 18;

  private static final int OK = 200;

  private final URI url;
  private final Duration patience;

  private volatile @Nullable HttpURLConnection connection; // during a request
  private volatile boolean isClosed;

  /**
   * @param patience the longest time for the whole request
   */
  KeySetRequest(URI url, Duration patience) {
    this.url = url;
    this.patience = patience;
  }

  /** Returns the text at the URL. For one thread at a time. */
  String get() throws IOException {
    HttpURLConnection opened = (HttpURLConnection) url.toURL().openConnection();
    opened.setConnectTimeout((int) patience.toMillis());
    opened.setReadTimeout(2 * (int) patience.toMillis()); // the watching thread ends it first
    opened.setInstanceFollowRedirects(false);
    opened.setUseCaches(false);
    opened.setRequestProperty("Accept", "application/jwk-set+json, application/json");
    opened.setRequestProperty("Connection", "close"); // the next request is minutes away
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
                Thread.currentThread().interrupt(); // nobody interrupts this thread
              }
            },
            "bellwether-keys-watch");
    thread.setDaemon(true);
    thread.start();
  }

  boolean isClosed() {
    return isClosed;
  }

  /** Ends a request that is under way, and prevents any other. */
  @Override
  public void close() {
    isClosed = true;
    HttpURLConnection open = connection;
    if (open != null) {
      open.disconnect();
    }
  }
}
