package bellwether.eventlog.shared;

import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Report;
import bellwether.eventlog.Turn;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The turn to read on at the end of the log, which one thread has at a time. Any thread. */
final class TailTurn {
  private static final Logger logger = LoggerFactory.getLogger(TailTurn.class);
  private static final Report report = new Report(logger);

  /** How long a reader waits for an entry that another node has already read. */
  private static final Duration AHEAD = Duration.ofSeconds(2);

  private final Tail tail;
  private final Executor executor;
  private final Runnable onNews;
  private final Runnable afterEach;
  private final Turn turn = new Turn();

  // Made once: when there is no memory, nothing may be needed to take the turn and to give it back.
  private final Runnable inTurn = this::inTurn;
  private final Runnable look = this::look;

  private final AtomicReference<CompletableFuture<Boolean>> nextStep =
      new AtomicReference<>(new CompletableFuture<>());
  private volatile boolean isClosed;

  /**
   * @param executor runs one task at a time
   * @param onNews called when entries have become visible
   * @param afterEach called after each step
   */
  TailTurn(Tail tail, Executor executor, Runnable onNews, Runnable afterEach) {
    this.tail = tail;
    this.executor = executor;
    this.onNews = onNews;
    this.afterEach = afterEach;
  }

  /** Has the entries read that have come; waits for nothing. */
  void lookSoon() {
    if (turn.take()) {
      SharedEventLog.send(executor, inTurn, turn);
    }
  }

  /** Ends a look that is under way after its next step. */
  void close() {
    isClosed = true;
  }

  private void inTurn() {
    turn.run(look);
  }

  private void look() {
    try {
      readOn();
    } catch (Throwable e) { // out of here, it would end the thread
      report.error("The event log could not be followed; trying again", e);
    }
  }

  private void readOn() {
    boolean wasAway = tail.isAway();
    boolean isMore = true;
    try {
      while (isMore && !isClosed) {
        isMore = step();
      }
      if (wasAway) {
        logger.info("The event log's store can be read again");
      }
    } catch (StoreException e) {
      if (!wasAway) {
        logger.error("The event log's store cannot be read: {}", e.getMessage());
      }
    }
  }

  private boolean step() throws StoreException {
    CompletableFuture<Boolean> thisStep = nextStep.getAndSet(new CompletableFuture<>());
    boolean isAll = true; // also if the store fails: there is nothing to wait for
    try {
      long newest = tail.view().ring().newest();
      isAll = !tail.step();
      if (tail.view().ring().newest() > newest) {
        onNews.run();
      }
      afterEach.run();
    } finally {
      thisStep.complete(isAll);
    }
    return !isAll;
  }

  /**
   * Returns a result that is completed when this node has read all that the store had when this was
   * called, or fails if the store does not answer. All who ask at a time share one look.
   */
  CompletableFuture<Void> caughtUp() {
    if (tail.isAway()) {
      return CompletableFuture.failedFuture(away());
    }
    // It begins after this, so it sees what the store has now.
    CompletableFuture<Boolean> step = Objects.requireNonNull(nextStep.get());
    lookSoon();
    return step.thenCompose(isAll -> isAll ? outcome() : caughtUp());
  }

  private CompletableFuture<Void> outcome() {
    return tail.isAway()
        ? CompletableFuture.failedFuture(away())
        : CompletableFuture.completedFuture(null);
  }

  private static LogUnavailableException away() {
    return SharedReader.unavailable(
        new StoreException("its store does not answer", new IOException("no answer"), false));
  }

  /**
   * Waits until this node has read far enough, or all that the store had when this was called, or
   * for two seconds. All who wait at a time share one look at the store.
   *
   * @throws LogUnavailableException if neither came in time: nothing is to be called unknown that
   *     another node may have read, because its reader would get a gap
   */
  void catchUpTo(BooleanSupplier isThere) {
    long deadline = System.nanoTime() + AHEAD.toNanos(); // the real clock: it is waited for
    boolean isAll = false;
    if (tail.isAway()) { // known already: no thread has to wait for that
      throw away();
    }
    try {
      while (!isAll && !isThere.getAsBoolean()) {
        // It begins after this, so it sees what the store has now.
        CompletableFuture<Boolean> step = Objects.requireNonNull(nextStep.get());
        lookSoon();
        isAll = step.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      logger.debug("The store has not been read in time", e);
    }
    if (!isThere.getAsBoolean() && (!isAll || tail.isAway())) {
      throw away();
    }
  }
}
