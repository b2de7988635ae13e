package bellwether.app;

import bellwether.eventlog.SoleThread;
import bellwether.stream.WriterThread;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The application's threads, in groups by the things that they may have to wait for. */
final class Threads implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(Threads.class);
  private static final Duration PATIENCE = Duration.ofSeconds(6); // longer than a pool's time-out

  private static final int FETCHING = 2; // concurrent reads of the disk
  private static final int ANSWERING = 2;
  private static final int CALLS = 4;

  private final Queue<Thread> started = new ConcurrentLinkedQueue<>();

  /**
   * Runs ticks, heartbeats and fan-out turns, none of which ever waits for a socket or a database.
   */
  final ScheduledThreadPoolExecutor turns;

  // These may wait for the database or the log; one thread each, so that none waits for another.
  final ScheduledThreadPoolExecutor stocks = executor("bellwether-stocks", 1, Thread::new);
  final ScheduledThreadPoolExecutor notifications =
      executor("bellwether-notifications", 1, Thread::new);
  final ScheduledThreadPoolExecutor outbox = executor("bellwether-outbox", 1, Thread::new);
  final ScheduledThreadPoolExecutor lease = executor("bellwether-lease", 1, Thread::new);
  final ScheduledThreadPoolExecutor clock = executor("bellwether-clock", 1, Thread::new);
  final ScheduledThreadPoolExecutor cluster = executor("bellwether-cluster", 1, Thread::new);
  final ScheduledThreadPoolExecutor trading = executor("bellwether-trading", 1, Thread::new);

  /** Publishes the events of active subscriptions. */
  final ScheduledThreadPoolExecutor subscriptions =
      executor("bellwether-subscriptions", 1, Thread::new);

  /** Answers publishers when the log has their events; never waits for a client. */
  final ExecutorService answers =
      Executors.newFixedThreadPool(ANSWERING, factory("bellwether-answers", Thread::new));

  /** Writes published events to the log. */
  final SoleThread committing = new SoleThread(factory("bellwether-commit", Thread::new));

  /** Follows the end of a log that many servers share. */
  final SoleThread tailing = new SoleThread(factory("bellwether-tail", Thread::new));

  /** Syncs the log, and runs the upkeep of its files. */
  final ScheduledThreadPoolExecutor log = executor("bellwether-log", 1, Thread::new);

  /** Sends messages to other nodes. */
  final ScheduledThreadPoolExecutor messages = executor("bellwether-messages", 1, Thread::new);

  /** Does what other nodes ask for; a drain takes long. */
  final ScheduledThreadPoolExecutor calls = executor("bellwether-calls", CALLS, Thread::new);

  /** Refreshes the keys that check tokens, perhaps from another machine. */
  final ScheduledThreadPoolExecutor keys = executor("bellwether-keys", 1, Thread::new);

  /** Reads entries of the log that are no longer in memory. */
  final ScheduledThreadPoolExecutor fetching =
      executor("bellwether-fetching", FETCHING, Thread::new);

  Threads(int turns) {
    this.turns = executor("bellwether-turns", turns, WriterThread::new);
  }

  /** Stops all threads, and waits a limited time for running tasks. */
  @Override
  public void close() {
    List.of(
            trading,
            notifications,
            outbox,
            stocks,
            lease,
            clock,
            cluster,
            calls,
            messages,
            keys,
            subscriptions,
            answers,
            fetching,
            log,
            turns)
        .forEach(ExecutorService::shutdownNow);
    committing.close();
    tailing.close();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      for (Thread thread : started) { // not its executor, which may terminate before it
        TimeUnit.NANOSECONDS.timedJoin(thread, deadline - System.nanoTime());
        if (thread.isAlive()) {
          logger.warn(
              "{} is still busy, probably with a database or a disk that does not answer",
              thread.getName());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ScheduledThreadPoolExecutor executor(
      String name, int threads, BiFunction<Runnable, String, Thread> kind) {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(threads, factory(name, kind));
    executor.setRemoveOnCancelPolicy(true);
    return executor;
  }

  private ThreadFactory factory(String name, BiFunction<Runnable, String, Thread> kind) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = kind.apply(task, name + '-' + count.incrementAndGet());
      thread.setDaemon(true);
      started.add(thread);
      return thread;
    };
  }
}
