package bellwether.mercure;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Publication;
import bellwether.eventlog.Report;
import bellwether.eventlog.Turn;
import bellwether.hub.Hub;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes subscription events in the background, in order and in batches. So a stream can open
 * and close even while the log takes no events. Any thread.
 */
final class SubscriptionEvents {
  private static final Logger logger = LoggerFactory.getLogger(SubscriptionEvents.class);
  private static final Report report = new Report(logger);
  private static final int MAX_WAITING = 100_000;
  private static final int MAX_AT_ONCE = 100;

  private final Hub hub;
  private final Executor executor;
  private final BlockingQueue<Publication> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
  private final Turn turn = new Turn();
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
    for (Publication event : events) {
      if (!waiting.offer(event)) {
        lose("The event log is too slow to tell of all who come and go", null);
      }
    }
    if (turn.take()) {
      start();
    }
  }

  private void start() {
    try {
      executor.execute(() -> turn.run(this::publishWaiting));
    } catch (RejectedExecutionException e) {
      logger.debug("Subscription events are no longer published: the server is stopping", e);
    } catch (RuntimeException | Error e) { // there is no turn: the next event begins one
      turn.abandon();
      throw e;
    }
  }

  private void publishWaiting() {
    try {
      List<Publication> batch = new ArrayList<>();
      while (waiting.drainTo(batch, MAX_AT_ONCE) > 0) {
        publishAll(batch);
        batch = new ArrayList<>();
      }
    } catch (Throwable e) { // escaping, even an error would leave the turn taken for ever
      report.error("Subscription events wait for the next one", e);
    }
  }

  private void publishAll(List<Publication> batch) {
    try {
      var unused = hub.publishEach(batch);
      isLosing.set(false);
    } catch (LogUnavailableException | AppendInDoubtException e) { // the log says how long
      lose("The event log takes nothing; subscription events are lost", e);
    } catch (RuntimeException | Error e) { // the next ones may succeed
      report.error("Could not publish subscription events", e);
    }
  }

  /** Warns that events are lost, once until publishing succeeds again. */
  private void lose(String complaint, @Nullable Exception cause) {
    if (isLosing.compareAndSet(false, true)) {
      logger.warn(complaint, cause);
    }
  }
}
