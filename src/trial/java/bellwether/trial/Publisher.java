package bellwether.trial;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Publishes numbers, one after the other, each until the cluster has acknowledged it. A repeated
 * one has the idempotency key of the first try, so it is one event.
 */
final class Publisher implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI events;
  private final String key;
  private final String run = UUID.randomUUID().toString();
  private final Thread thread = new Thread(this::run, "publisher");
  private final AtomicLong published = new AtomicLong();
  private final AtomicLong repeated = new AtomicLong();

  Publisher(URI balancer, String key) {
    this.events = balancer.resolve("events");
    this.key = key;
    thread.setDaemon(true);
  }

  long published() {
    return published.get();
  }

  long repeated() {
    return repeated.get();
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        long number = published.get() + 1;
        (isAcknowledged(number) ? published : repeated).incrementAndGet();
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      // It is closed.
    }
  }

  private boolean isAcknowledged(long number) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(events)
            .timeout(LIMIT)
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Idempotency-Key", run + '-' + number)
            .POST(BodyPublishers.ofString("topic=trial&data=" + number))
            .build();
    try {
      return http.send(request, BodyHandlers.ofString()).statusCode() == 200;
    } catch (IOException e) {
      return false; // perhaps it has been published all the same
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
