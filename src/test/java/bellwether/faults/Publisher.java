package bellwether.faults;

import bellwether.faults.PublishConnection.Answer;
import bellwether.harness.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the numbers of its topics, one request after the other on a thread of its own, each
 * until it is acknowledged: with the same key, so that it must be the same events.
 */
public final class Publisher {
  private static final Logger log = Logger.getLogger(Publisher.class.getName());
  private static final Duration RETRY = Duration.ofMillis(30);
  private static final int MAX_IN_BATCH = 12;
  private static final double SINGLES = 0.5;
  private static final double REPEATS = 0.05;

  private record Request(List<NumberedEvent> events, String text) {}

  private final int number;
  private final String run;
  private final String key;
  private final List<Topic> topics;
  private final Acknowledgements acknowledgements;
  private final Findings findings;
  private final Random random;
  private final double eventsPerSecond;
  private final PublishConnection connection;
  private final CompletableFuture<Boolean> done = new CompletableFuture<>();
  private volatile boolean ending;
  private volatile boolean aborted;

  // Confined to the thread; when it has ended, to who ended it.
  private final Map<Topic, Integer> numbers = new HashMap<>();
  private long requests;

  // Written by the thread, read by any.
  private final AtomicLong retries = new AtomicLong();
  private final AtomicLong repeats = new AtomicLong();
  private volatile long longestNanos;

  /**
   * @param run makes its keys different from those of other runs
   * @param key of the publisher
   * @param serverPort where it connects to: the proxy
   */
  public Publisher(
      int number,
      String run,
      String key,
      Topics topics,
      Acknowledgements acknowledgements,
      Findings findings,
      Random random,
      double eventsPerSecond,
      int serverPort) {
    this.number = number;
    this.run = run;
    this.key = key;
    this.topics = topics.of(number);
    this.acknowledgements = acknowledgements;
    this.findings = findings;
    this.random = random;
    this.eventsPerSecond = eventsPerSecond;
    connection = new PublishConnection(serverPort);
  }

  public void start() {
    Thread thread = new Thread(this::run, "publisher-" + number);
    thread.setDaemon(true);
    thread.start();
  }

  public int localPort() {
    return connection.localPort();
  }

  /** Returns when all it has begun is acknowledged, and its thread has ended. */
  public void finish(Duration limit) {
    ending = true;
    Await.value("the last acknowledgement of publisher " + number, limit, done);
  }

  /** Publishes one more event on each topic, on the caller's thread; after {@link #finish}. */
  public void publishLast() {
    publish(request(topics.stream().map(this::next).toList()));
    connection.close();
  }

  /** Gives up, whatever is under way. */
  public void abort() {
    aborted = true;
    ending = true;
    connection.close();
  }

  public long retries() {
    return retries.get();
  }

  /** Requests that were made again, on purpose, after they had been acknowledged. */
  public long repeats() {
    return repeats.get();
  }

  /** How long the longest request took until it was acknowledged. */
  public Duration longest() {
    return Duration.ofNanos(longestNanos);
  }

  private void run() {
    try {
      while (!ending) {
        int count = random.nextDouble() < SINGLES ? 1 : 2 + random.nextInt(MAX_IN_BATCH - 1);
        Request request = request(count);
        publish(request);
        if (random.nextDouble() < REPEATS) {
          repeats.incrementAndGet();
          publish(request);
        }
        pause(count);
      }
      done.complete(true);
    } catch (RuntimeException | Error e) {
      done.completeExceptionally(e);
    } finally {
      connection.close();
    }
  }

  private Request request(int count) {
    List<NumberedEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(next(topics.get(random.nextInt(topics.size()))));
    }
    return request(events);
  }

  private NumberedEvent next(Topic topic) {
    return new NumberedEvent(topic, numbers.merge(topic, 1, Integer::sum));
  }

  private Request request(List<NumberedEvent> events) {
    String idempotencyKey = "%s-%d-%d".formatted(run, number, requests++);
    String text =
        events.size() == 1
            ? PublishRequests.one(events.get(0), idempotencyKey, key)
            : PublishRequests.many(events, idempotencyKey, key);
    return new Request(events, text);
  }

  /** On a clock of its own, so that what a kill holds up is not made up for all at once. */
  private void pause(int count) {
    long pauseNanos = (long) (count * TimeUnit.SECONDS.toNanos(1) / eventsPerSecond);
    LockSupport.parkNanos((long) (pauseNanos * (0.5 + random.nextDouble())));
  }

  private void publish(Request request) {
    long began = System.nanoTime();
    Answer answer = null;
    while (answer == null) {
      if (aborted) {
        throw new IllegalStateException("given up");
      }
      answer = attempt(request);
    }
    longestNanos = Math.max(longestNanos, System.nanoTime() - began);
    if (answer.status() != 200) {
      findings.add(Wrong.REFUSED, "publisher %d: %s".formatted(number, answer));
      throw new IllegalStateException("refused: " + answer);
    }
    List<String> ids = PublishRequests.ids(answer.body());
    for (int i = 0; i < request.events().size(); i++) {
      acknowledgements.acknowledged(request.events().get(i), ids.get(i));
    }
  }

  /** Null if it is to be tried again, after a pause that has been made. */
  private @Nullable Answer attempt(Request request) {
    try {
      Answer answer = connection.send(request.text());
      if (answer.status() < 500) {
        return answer;
      }
    } catch (IOException e) {
      // Cut, killed or not there: it may have been published, or not.
      log.log(Level.FINE, "publisher " + number + " tries again", e);
    }
    retries.incrementAndGet();
    LockSupport.parkNanos(RETRY.toNanos());
    return null;
  }
}
