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
 * Publishes subscription events in the background, in order and in batches. So a stream can open
 * and close even while the log takes no events. Any thread.
 */
final class SubscriptionEvents {
  private static final Logger logger = LoggerFactory.getLogger(SubscriptionEvents.class);
  private static final int MAX_WAITING = 100_000;
  private static final int MAX_AT_ONCE = 100;

  private final Hub hub;
  private final Executor executor;
  private final Queue<Publication> waiting = new ConcurrentLinkedQueue<>();
  // How many events wait. The caller that raises it from 0 starts the publishing, which runs until
  // it is 0 again.
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicBoolean isLosing = new AtomicBoolean();

  /**
   * @param executor publishes the events; its threads may wait for the log's disk
   */
  SubscriptionEvents(Hub hub, Executor executor) {
    this.hub = hub;
    this.executor = executor;
  }

  /** Queues events to be published. They are lost if too many wait already. */
  void publish(List<Publication> events) {
    if (count.get() >= MAX_WAITING) {
      lose("The event log is too slow; subscription events are lost", null);
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
      logger.debug("Subscription events are no longer published: the server is stopping", e);
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
    } catch (LogUnavailableException e) { // the log itself reports how long that lasts
      lose("The event log takes nothing; subscription events are lost", e);
    } catch (RuntimeException e) { // the next ones may succeed
      logger.error("Could not publish subscription events", e);
    }
  }

  /** Warns that events are lost, once until publishing succeeds again. */
  private void lose(String complaint, @Nullable Exception cause) {
    if (isLosing.compareAndSet(false, true)) {
      logger.warn(complaint, cause);
    }
  }
}
