package bellwether.hub;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Place;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.eventlog.ReadResult.Pending;
import bellwether.eventlog.Report;
import bellwether.eventlog.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A share of the cursors, and the fan-out turn that serves them: it looks at each new entry, notes
 * it on the cursors that it concerns, and then wakes their subscribers. At most one thread at a
 * time runs the turn.
 */
final class Stripe implements Runnable {
  private static final Logger logger = LoggerFactory.getLogger(Stripe.class);
  private static final Report report = new Report(logger);
  private static final int BATCH = 256; // entries in one turn; then other work goes first
  private static final long NO_TURN = -1;
  private static final long PAUSE = 1; // seconds, after a turn in which the log could not be read

  private final EventLog log;
  private final ScheduledExecutorService executor;
  private final ColdReads coldReads;
  private final long gathering; // nanoseconds
  private final LongSupplier nanoTime;
  private final PatternBudget patterns;
  private final InterestIndex index = new InterestIndex();
  private final Turn turn = new Turn(); // taken: it is queued or running

  // Confined to the turn.
  private final List<Cursor> toWake = new ArrayList<>(); // after the turn has noted all entries
  private long lossToldThrough; // losses up to here are known

  // Written by the turn, read by the thread that asks for the next one.
  private volatile long nextTurn; // not before

  // Written by the turn, read by anyone.
  private volatile long examined;
  private volatile @Nullable LogEntry latest;

  /**
   * @param executor runs the turns
   * @param patterns counts the patterns of the cursors; {@link #remove} gives them back
   */
  Stripe(
      EventLog log,
      ScheduledExecutorService executor,
      ColdReads coldReads,
      Duration gathering,
      PatternBudget patterns,
      LongSupplier nanoTime) {
    this.log = log;
    this.executor = executor;
    this.coldReads = coldReads;
    this.gathering = gathering.toNanos();
    this.patterns = patterns;
    this.nanoTime = nanoTime;
    this.nextTurn = nanoTime.getAsLong();
    this.examined = log.newest();
  }

  /**
   * Returns the position up to which every entry has been noted on the cursors that it concerns.
   */
  long examined() {
    return examined;
  }

  /** Returns the newest entry that the turn has looked at. */
  @Nullable LogEntry latest() {
    return latest;
  }

  /** Returns the reader of entries that are no longer in memory. */
  ColdReads coldReads() {
    return coldReads;
  }

  void add(Cursor cursor) {
    index.add(cursor);
  }

  void remove(Cursor cursor) {
    try {
      index.remove(cursor);
    } finally {
      patterns.remove(cursor.interest().topics());
    }
  }

  /** Asks for a turn; this costs nothing when one is under way. */
  void requestTurn() {
    if (turn.take()) {
      enqueue(untilNextTurn());
    }
  }

  @Override
  public void run() {
    for (long delay = look(); delay != NO_TURN && !hasQueued(delay); delay = look()) {}
  }

  /**
   * Runs a turn; returns the delay until the next one in nanoseconds, or {@link #NO_TURN} if none
   * was asked for.
   */
  private long look() {
    int seen = turn.seen();
    boolean more = false;
    if (gathering > 0) {
      nextTurn = nanoTime.getAsLong() + gathering;
    }
    try {
      more = examineSome();
    } catch (Throwable e) { // if any error escaped, this stripe would have no more turns
      lookAgainLater();
      report.error("Could not read the log; trying again", e);
    }
    for (Cursor cursor : toWake) {
      wake(cursor);
    }
    toWake.clear();
    if (more) {
      return 0; // it is behind, so there is no need to wait for more entries
    }
    return turn.finish(seen) ? NO_TURN : untilNextTurn();
  }

  /**
   * Queues the next turn; returns false if it has to be taken now, because it could not be queued.
   */
  private boolean hasQueued(long delay) {
    try {
      var unused = executor.schedule(this, delay, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      logger.debug("No more turns: the hub is closing");
    } catch (RuntimeException | Error e) {
      return false;
    }
    return true;
  }

  private void lookAgainLater() {
    try {
      var unused = executor.schedule(this::requestTurn, PAUSE, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      logger.debug("No more turns: the hub is closing");
    } catch (RuntimeException | Error e) {
      report.error("Could not wait until the log can be read; the next event tries again", e);
    }
  }

  private long untilNextTurn() {
    return gathering > 0 ? Math.max(0, nextTurn - nanoTime.getAsLong()) : 0;
  }

  private void enqueue(long delay) {
    try {
      var unused = executor.schedule(this, delay, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      logger.debug("No more turns: the hub is closing");
    } catch (RuntimeException | Error e) { // no turn is queued: the next request begins one
      turn.abandon();
      throw e;
    }
  }

  /** Looks at some entries; returns whether the log has more. */
  private boolean examineSome() {
    long head = log.newest(); // before looking for subscribers: later ones start above it
    if (index.isEmpty()) {
      examined = head;
      return false;
    }
    var result = log.read(new Place(examined, lossToldThrough), head, entry -> true, BATCH);
    if (result instanceof Batch batch) {
      noteAll(batch.entries());
      examined = batch.reached();
    } else if (result instanceof Evicted evicted) {
      noteLoss(evicted.lostThrough()); // each looks for itself whether this concerns it
      examined = evicted.resumeAfter();
      lossToldThrough = evicted.lostThrough();
    } else if (result instanceof Pending pending) {
      noteUnseen(pending.until()); // a turn does not wait: each fetches for itself
      examined = pending.until();
    }
    return examined < head;
  }

  /**
   * Notes entries on the cursors that they concern. A cursor is woken only after all of them have
   * been noted on it, so that its subscriber writes them at once.
   */
  private void noteAll(List<LogEntry> entries) {
    int last = entries.size() - 1;
    for (int i = 0; i <= last; i++) {
      LogEntry entry = entries.get(i);
      latest = entry;
      note(entry, i < last ? toWake::add : this::wake);
    }
  }

  /**
   * Notes an entry on the cursors that it concerns.
   *
   * @param then called for each of them at once, so that an event walks to each cursor only once
   */
  private void note(LogEntry entry, Consumer<Cursor> then) {
    index.forEachMatching(
        entry,
        cursor -> {
          if (isToWake(cursor, entry)) {
            then.accept(cursor);
          }
        });
  }

  private static boolean isToWake(Cursor cursor, LogEntry entry) {
    try {
      return cursor.interest().mayRead(entry) && cursor.note(entry);
    } catch (Throwable e) { // of its own judgement: its own poll asks again, and fails alone
      report.warn("One subscriber could not be asked; the others go on", e);
      return cursor.note(entry);
    }
  }

  private void noteLoss(long lostThrough) {
    noteAll(cursor -> cursor.noteLoss(examined + 1, lostThrough));
  }

  private void noteUnseen(long until) {
    noteAll(cursor -> cursor.noteUnseen(examined + 1, until));
  }

  private void noteAll(Predicate<Cursor> note) {
    index.forEach(
        cursor -> {
          if (note.test(cursor)) {
            toWake.add(cursor);
          }
        });
  }

  private void wake(Cursor cursor) {
    try {
      cursor.wake();
    } catch (Throwable e) { // even an error: the others' events are not to wait for it
      if (cursor.oweWake()) {
        report.warn("One subscriber could not be woken; trying again", e);
        wakeLater(cursor);
      }
    }
  }

  /** There may be no other event that would have it woken. */
  private void wakeLater(Cursor cursor) {
    try {
      var unused = executor.schedule(() -> wakeAgain(cursor), PAUSE, TimeUnit.SECONDS);
    } catch (Throwable e) { // the hub is closing, or there is no memory: the next event tries
      report.warn("One subscriber is not woken before the next event", e);
    }
  }

  private void wakeAgain(Cursor cursor) {
    if (cursor.isWakeOwed()) {
      try {
        cursor.wake();
      } catch (Throwable e) { // as often as it takes, or until it is closed
        wakeLater(cursor);
      }
    }
  }
}
