package bellwether.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Asks our server at short intervals whether it lives, and notes how long each answer takes. */
final class HealthProbe implements AutoCloseable {
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long LONGEST = TimeUnit.MINUTES.toNanos(2);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpRequest request;
  private final Histogram latency = new Histogram(LONGEST, 3);
  private final Thread thread = new Thread(this::ask, "health");
  private int failures;
  private volatile boolean closing;

  HealthProbe(InetSocketAddress server) {
    request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://" + server.getHostString() + ':' + server.getPort() + "/health/live"))
            .timeout(PATIENCE)
            .build();
    thread.start();
  }

  private void ask() {
    while (!closing) {
      long start = System.nanoTime();
      try {
        int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        failures += status == 200 ? 0 : 1;
      } catch (IOException e) {
        failures++;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      latency.recordValue(Math.min(LONGEST, System.nanoTime() - start));
      LockSupport.parkNanos(PAUSE);
    }
  }

  /** Returns how long the answers took, in nanoseconds; for a probe that is closed. */
  Histogram latency() {
    return latency;
  }

  /** Returns how many requests had no good answer; for a probe that is closed. */
  int failures() {
    return failures;
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
