package bellwether.mercure;

import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Publication;
import bellwether.hub.Hub;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes events in the order in which they come, many at a time, on a thread that may wait: a
 * stream opens and closes whether or not the log takes its events. Any thread.
 */
final class SubscriptionEvents {
  private static final Logger logger = LoggerFactory.getLogger(SubscriptionEvents.class);
  private static final int MAX_WAITING = 100_000;
  private static final int MAX_AT_ONCE = 100;

  private final Hub hub;
  private final Executor executor;
  private final Queue<Publication> waiting = new ConcurrentLinkedQueue<>();
  // Of those that wait. Whoever raises it from 0 has them published; until it is back at 0, that
  // goes on.
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicBoolean isLosing = new AtomicBoolean();

  /**
   * @param executor its threads may wait for the log's disk
   */
  SubscriptionEvents(Hub hub, Executor executor) {
    this.hub = hub;
    this.executor = executor;
  }

  /** Has these published soon. When too many wait already, they are lost. */
  void publish(List<Publication> events) {
    if (count.get() >= MAX_WAITING) {
      lose("The event log is too slow to tell of all who come and go", null);
      return;
    }
    for (Publication event : events) {
      waiting.add(event);
      if (count.getAndIncrement() == 0) {
        start();
      }
    }
  }

  private void start() {
    try {
      executor.execute(this::publishWaiting);
    } catch (RejectedExecutionException e) {
      logger.debug("Nobody is told any more who leaves: the server is stopping", e);
    }
  }

  private void publishWaiting() {
    int published;
    do {
      List<Publication> batch = new ArrayList<>();
      Publication next = waiting.poll();
      while (next != null) {
        batch.add(next);
        next = batch.size() < MAX_AT_ONCE ? waiting.poll() : null;
      }
      publishAll(batch);
      published = batch.size();
    } while (count.addAndGet(-published) > 0);
  }

  private void publishAll(List<Publication> batch) {
    try {
      var unused = hub.publishEach(batch);
      isLosing.set(false);
    } catch (LogUnavailableException e) { // the log says how long it lasts
      lose("The event log takes nothing: it is not told who comes and goes", e);
    } catch (RuntimeException e) { // the next are to be published all the same
      logger.error("Could not tell who came and went", e);
    }
  }

  /** Complains once, until it goes well again. */
  private void lose(String complaint, @Nullable Exception cause) {
    if (isLosing.compareAndSet(false, true)) {
      logger.warn(complaint, cause);
    }
  }
}
