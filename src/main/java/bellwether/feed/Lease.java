package bellwether.feed;

import bellwether.eventlog.Report;
import bellwether.table.LeaseTable;
import bellwether.table.SourceUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right of this server to publish the contents of the tables, which it requests from the
 * database again and again. Of several servers that share the tables, one has the lease at a time.
 * The others stand by, unless they share its event log. All methods are thread-safe.
 */
public final class Lease implements AutoCloseable {
  /*
   * There are three answers, not two: while the database is out of reach, the holder is unknown.
   * Then only the feeds stand still, as they must without their tables. So a server that is alone
   * goes on with everything that needs no table. Only when the database says that another server
   * has the lease does this one stand by, and it does so until the database says otherwise.
   *
   * The database judges by its own clock. This server judges by the time that has passed since it
   * asked: so it gives up the lease before another can take over, even if it was paused meanwhile,
   * or the database does not answer.
   */
  private static final Logger logger = LoggerFactory.getLogger(Lease.class);
  private static final Report report = new Report(logger);

  private static final Duration RENEWAL = Duration.ofSeconds(3);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration MARGIN = Duration.ofSeconds(3); // for a look that is under way
  private static final Duration FAREWELL = Duration.ofSeconds(3);

  /** A listener to changes of the lease, called on the lease's thread, one call at a time. */
  public interface Listener {
    /**
     * Called when this server need not stand by (any more); the feeds may look if it has the lease.
     */
    void gained();

    /** Called when another server has the lease, so that this one has to stand by. */
    void taken();

    /** Returns whether nothing is under way that needs the lease. */
    default boolean isAtRest() {
      return true;
    }
  }

  private enum State {
    /** The database has not said who has the lease. */
    UNKNOWN,
    /** This server had the lease when it last asked; it may have run out. */
    OURS,
    /** Another server of the same event log had the lease when this one last asked. */
    SHARED,
    /** A server of another event log had the lease when this one last asked. */
    THEIRS
  }

  private final LeaseTable table;
  private final @Nullable String sharedLog;
  private final ScheduledExecutorService executor;
  private final LongSupplier nanoTime;
  private final CountDownLatch answered = new CountDownLatch(1); // first answer or failure

  // Written by the lease's thread.
  private volatile State state = State.UNKNOWN;
  private volatile long heldUntil;
  private volatile String trouble = "the database has not answered yet";
  private boolean isSuccessor = true; // until the database has answered

  private volatile boolean closed;
  private volatile @Nullable Listener listener; // once it has been started

  /**
   * @param sharedLog the name of this server's event log if other servers share that: while one of
   *     those has the lease, this one does everything but the feeds' work. Null if it is this
   *     server's alone
   * @param executor has one thread, which the database may keep waiting; the lease does not close
   *     it
   * @param nanoTime as {@link System#nanoTime}
   */
  public Lease(
      LeaseTable table,
      @Nullable String sharedLog,
      ScheduledExecutorService executor,
      LongSupplier nanoTime) {
    this.table = table;
    this.sharedLog = sharedLog;
    this.executor = executor;
    this.nanoTime = nanoTime;
  }

  /** Requests the lease for the first time, and from then on keeps it or waits for it. */
  public void start(Listener listener) {
    this.listener = listener;
    executor.execute(() -> ask(listener));
  }

  /**
   * Waits until the database has answered for the first time, or failed to, but at most for this
   * time.
   */
  public void awaitAnswer(Duration longest) {
    try {
      var unused = answered.await(longest.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether this server certainly has the lease. */
  public boolean isHeld() {
    return state == State.OURS && nanoTime.getAsLong() - heldUntil < 0;
  }

  /** Returns whether another server has the lease. */
  public boolean isTaken() {
    return state == State.THEIRS || state == State.SHARED;
  }

  /** Returns whether a server of another event log has the lease, so that this one stands by. */
  public boolean isToStandBy() {
    return state == State.THEIRS;
  }

  /**
   * Returns whether this server may publish what needs no table. While the database does not say
   * who has the lease, a server with a log of its own goes on.
   */
  public boolean mayGoOn() {
    return sharedLog == null ? !isTaken() : isHeld();
  }

  /** Returns whether this server can do its part: with the lease, or beside the one that has it. */
  public boolean isWell() {
    return isHeld() || state == State.SHARED;
  }

  /**
   * Returns whether the feeds may look; false until the database has been asked for the first time.
   *
   * @throws SourceUnavailableException if the database does not answer
   */
  public boolean mayLook() {
    if (isHeld()) {
      return true;
    }
    boolean isAsking = answered.getCount() > 0; // the first request, which creates the tables
    if (isTaken() || isAsking) {
      return false;
    }
    throw new SourceUnavailableException(trouble);
  }

  /**
   * Returns the reason why this server cannot do its part, in words fit for anybody; empty if it
   * can.
   */
  public Optional<String> reason() {
    if (isWell()) {
      return Optional.empty();
    }
    return Optional.of(
        isTaken()
            ? "another server works on the same database, with an event log of its own; this one"
                + " stands by"
            : "the database does not say which server works on it");
  }

  /**
   * Gives up the lease, so that another server may have it at once; waits a bounded time for that.
   * If a feed is still at work, the lease is left to run out.
   */
  @Override
  public void close() {
    closed = true;
    try {
      Future<?> released = executor.submit(this::release);
      released.get(FAREWELL.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | RejectedExecutionException | ExecutionException e) {
      logger.debug("The lease is left to run out", e);
    }
  }

  private void ask(Listener listener) {
    if (closed) {
      return;
    }
    Duration next = RETRY;
    try {
      long asked = nanoTime.getAsLong();
      Optional<String> other = table.claim(isSuccessor && sharedLog == null);
      isSuccessor = false;
      if (other.isEmpty()) {
        gain(asked, listener);
        next = RENEWAL;
      } else {
        lose(other.get(), listener);
      }
    } catch (SourceUnavailableException e) {
      logger.debug("The database is not asked for the lease", e); // the feeds log it
      trouble = String.valueOf(e.getMessage());
    } catch (Throwable e) { // even an error: escaping, it would end the asking in silence
      report.warn("The lease could not be requested", e);
      trouble = "the lease could not be requested";
    } finally {
      answered.countDown();
      askAfter(next, listener);
    }
  }

  private void gain(long asked, Listener listener) {
    boolean isNews = !isHeld();
    boolean wasTaken = isTaken();
    heldUntil = asked + LeaseTable.LENGTH.minus(MARGIN).toNanos();
    trouble = "the database has not answered for too long";
    state = State.OURS;
    if (wasTaken) {
      logger.info("The other server has released the database: this one works on it now");
    }
    if (isNews) {
      listener.gained();
    }
  }

  private void lose(String log, Listener listener) {
    State before = state;
    state = log.equals(sharedLog) ? State.SHARED : State.THEIRS;
    if (state == before) {
      return;
    }
    if (state == State.SHARED) {
      logger.info("Another node works on the tables; this one takes over when that one is gone");
      listener.gained();
    } else {
      logger.warn(
          "Standing by: another server works on this database, and its event log is {}", log);
      listener.taken();
    }
  }

  private void askAfter(Duration delay, Listener listener) {
    if (closed) {
      return;
    }
    try {
      var unused = executor.schedule(() -> ask(listener), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      logger.debug("The lease is not asked for any more: the server is stopping", e);
    }
  }

  private void release() {
    Listener working = listener;
    if (working != null && !working.isAtRest()) {
      return;
    }
    try {
      table.release();
    } catch (SourceUnavailableException e) {
      logger.debug("The lease is left to run out", e);
    }
  }
}
