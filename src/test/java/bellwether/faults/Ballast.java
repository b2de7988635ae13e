package bellwether.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Large private events, published by many at once until the server has no memory left to take one.
 * Those that it acknowledged all the same must be there in the end, like all others.
 */
final class Ballast {
  private static final Logger log = Logger.getLogger(Ballast.class.getName());
  private static final int PUBLISHERS = 16;
  private static final int MAX = 160; // in one flood: the log's limits are not the subject
  private static final String DATA = "ballast-".repeat(125_000);

  private final String key;
  private final String run;
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>(); // ids by key
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong refused = new AtomicLong();

  /**
   * @param run makes its keys different from those of other runs
   */
  Ballast(String key, String run) {
    this.key = key;
    this.run = run;
  }

  /** Returns once one has been refused, or not been answered; or when it is enough. */
  void flood(int port) {
    AtomicBoolean isOver = new AtomicBoolean();
    AtomicInteger left = new AtomicInteger(MAX);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < PUBLISHERS; i++) {
      Thread thread = new Thread(() -> flood(port, left, isOver), "ballast-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  private void flood(int port, AtomicInteger left, AtomicBoolean isOver) {
    try (PublishConnection connection = new PublishConnection(port)) {
      while (!isOver.get() && left.getAndDecrement() > 0) {
        String name = run + "-ballast-" + requests.incrementAndGet();
        PublishConnection.Answer answer = connection.send(request(name));
        if (answer.status() == 200) {
          acknowledged.put(name, answer.body());
        } else {
          refused.incrementAndGet();
          isOver.set(true);
        }
      }
    } catch (IOException e) {
      log.log(Level.FINE, "the server answers no more", e);
      refused.incrementAndGet();
      isOver.set(true);
    }
  }

  private String request(String name) {
    return PublishRequests.form("topic=ballast&private=on&data=" + DATA, name, key);
  }

  long acknowledged() {
    return acknowledged.size();
  }

  long refused() {
    return refused.get();
  }

  /** What was acknowledged is still known by its key, under the same id; else it is lost. */
  void check(int port, Findings findings) {
    try (PublishConnection connection = new PublishConnection(port)) {
      for (Map.Entry<String, String> each : acknowledged.entrySet()) {
        PublishConnection.Answer answer = connection.send(request(each.getKey()));
        if (!answer.body().equals(each.getValue())) {
          findings.add(
              Wrong.LOST,
              "large event %s was %s, and is now answered with %s"
                  .formatted(each.getKey(), each.getValue(), answer));
        }
      }
    } catch (IOException e) {
      findings.add(Wrong.LOST, "the large events could not be asked for: " + e);
    }
  }
}
