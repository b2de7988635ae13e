package bellwether.mercure;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Publication;
import bellwether.eventlog.Report;
import bellwether.eventlog.Turn;
import bellwether.hub.Hub;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
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
  private final SubscriptionDirectory directory;
  private final Supplier<Map<String, String>> all;
  private final Queue<Change> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingEvents = new AtomicInteger();
  private final Turn turn = new Turn();
  private final AtomicBoolean isLosing = new AtomicBoolean();
  private volatile boolean isToPutAll; // the directory may lack something

  /**
   * A subscriber that comes or goes.
   *
   * @param text for the directory; empty if it goes
   */
  record Change(String subscriber, String text, List<Publication> events) {}

  /**
   * @param directory is told of who comes before that is published, and of who goes after it
   * @param executor publishes the events; its threads may wait for the log's disk
   * @param all returns the texts of all subscribers that are here
   */
  SubscriptionEvents(
      Hub hub,
      SubscriptionDirectory directory,
      Executor executor,
      Supplier<Map<String, String>> all) {
    this.hub = hub;
    this.directory = directory;
    this.executor = executor;
    this.all = all;
  }

  /** Queues a change to be told. It is lost if too many wait already. */
  void publish(Change change) {
    int size = change.events().size();
    if (waitingEvents.addAndGet(size) <= MAX_WAITING) {
      waiting.add(change);
    } else {
      waitingEvents.addAndGet(-size);
      isToPutAll = true;
      lose("The event log is too slow to tell of all who come and go", null);
    }
    goOn();
  }

  /** Has all that is here put into the directory again, which has lost it. */
  void putAllAgain() {
    isToPutAll = true;
    goOn();
  }

  /** Tries again what could not be put into the directory. */
  void putAgainIfNeeded() {
    if (isToPutAll) {
      goOn();
    }
  }

  /** Returns whether all changes have been told, or could not be. */
  boolean isIdle() {
    return waiting.isEmpty() && turn.seen() == 0;
  }

  private void goOn() {
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
      if (isToPutAll) {
        isToPutAll = false;
        put(all.get(), true);
      }
      for (List<Change> batch = next(); !batch.isEmpty(); batch = next()) {
        publishAll(batch);
      }
    } catch (Throwable e) { // escaping, even an error would leave the turn taken for ever
      report.error("Subscription events wait for the next one", e);
    }
  }

  private List<Change> next() {
    List<Change> batch = new ArrayList<>();
    for (int events = 0; events < MAX_AT_ONCE; ) {
      Change change = waiting.poll();
      if (change == null) {
        break;
      }
      batch.add(change);
      events += change.events().size();
    }
    return batch;
  }

  /** Whoever asks for the list after an event finds the change in it; so it is put there first. */
  private void put(Map<String, String> changed, boolean isAll) {
    try {
      if (isAll) {
        directory.replace(changed);
      } else if (!changed.isEmpty()) {
        directory.put(changed);
      }
    } catch (RuntimeException e) {
      isToPutAll = true; // with the next change, or when the directory asks for it
      report.warn("Other servers do not know of all subscriptions here", e);
    }
  }

  private void publishAll(List<Change> batch) {
    Map<String, String> came = new LinkedHashMap<>();
    Map<String, String> went = new LinkedHashMap<>();
    List<Publication> events = new ArrayList<>();
    for (Change change : batch) {
      (change.text().isEmpty() ? went : came).put(change.subscriber(), change.text());
      events.addAll(change.events());
    }
    waitingEvents.addAndGet(-events.size());
    put(came, false);
    boolean isTold = false;
    try {
      if (!events.isEmpty()) {
        var unused = hub.publishEach(events);
      }
      isTold = true;
      isLosing.set(false);
    } catch (LogUnavailableException | AppendInDoubtException e) { // the log says how long
      lose("The event log takes nothing; subscription events are lost", e);
    } catch (RuntimeException | Error e) { // the next ones may succeed
      report.error("Could not publish subscription events", e);
    }
    if (isTold) { // not earlier: if this server is killed, another one tells of their end
      put(went, false);
    } else {
      isToPutAll = true;
    }
  }

  /** Warns that events are lost, once until publishing succeeds again. */
  private void lose(String complaint, @Nullable Exception cause) {
    if (isLosing.compareAndSet(false, true)) {
      logger.warn(complaint, cause);
    }
  }
}
