package bellwether.hub;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A share of the subscriptions and the one turn that serves them: it looks at each new entry, tells
 * whom it concerns, and then wakes those to read and write. At most one thread at a time runs it.
 */
final class Stripe implements Runnable {
  private static final Logger logger = LoggerFactory.getLogger(Stripe.class);
  private static final int BATCH = 256; // entries in one turn; other work gets its chance between

  private final EventLog log;
  private final Executor executor;
  private final SubscriptionIndex index = new SubscriptionIndex();
  private final AtomicInteger wakeUps = new AtomicInteger(); // above 0: a turn is queued or running

  // Confined to the turn.
  private final List<Subscription> toWake = new ArrayList<>();
  private long forgiven; // losses up to here are known

  // Written by the turn, read by anyone.
  private volatile long examined;

  Stripe(EventLog log, Executor executor) {
    this.log = log;
    this.executor = executor;
    this.examined = log.newest();
  }

  /** Every entry up to here has been told to those whom it concerns. */
  long examined() {
    return examined;
  }

  void add(Subscription subscription) {
    index.add(subscription);
  }

  void remove(Subscription subscription) {
    index.remove(subscription);
  }

  /** Asks for a turn; costs nothing when one is under way. */
  void wake() {
    if (wakeUps.getAndIncrement() == 0) {
      enqueue();
    }
  }

  @Override
  public void run() {
    int seen = wakeUps.get();
    boolean more = false;
    try {
      more = examineSome();
    } catch (Throwable e) { // escaping, even an error would end this stripe's turns for ever
      logger.error("Could not read the log; the next event tries again", e);
    }
    for (Subscription subscription : toWake) {
      wake(subscription);
    }
    toWake.clear();
    if (more || wakeUps.addAndGet(-seen) != 0) {
      enqueue();
    }
  }

  private void enqueue() {
    try {
      executor.execute(this);
    } catch (RejectedExecutionException e) {
      logger.debug("No more turns: the hub is closing");
    }
  }

  /** Returns whether the log goes on beyond what was looked at. */
  private boolean examineSome() {
    long head = log.newest(); // before asking for subscribers: later ones start above it
    if (index.isEmpty()) {
      examined = head;
      return false;
    }
    var result = log.read(examined, forgiven, head, entry -> true, BATCH);
    if (result instanceof Batch batch) {
      batch.entries().forEach(this::tell);
      examined = batch.reached();
    } else if (result instanceof Evicted evicted) {
      tellOfLoss(evicted.lostThrough()); // whom it concerned nobody knows; each looks for itself
      examined = evicted.before();
      forgiven = evicted.lostThrough();
    } else {
      return false; // the log's listener wakes us when it has what follows
    }
    return examined < head;
  }

  private void tell(LogEntry entry) {
    index.forEachMatching(
        entry,
        subscription -> {
          if (subscription.interest().covers(entry) && subscription.tell(entry)) {
            toWake.add(subscription);
          }
        });
  }

  private void tellOfLoss(long lostThrough) {
    index.forEach(
        subscription -> {
          if (subscription.tellOfLoss(examined + 1, lostThrough)) {
            toWake.add(subscription);
          }
        });
  }

  private static void wake(Subscription subscription) {
    try {
      subscription.wake();
    } catch (Throwable e) { // even an error: the others' events are not to wait for it
      logger.warn("One reader failed; the others go on", e);
    }
  }
}
