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
 * A share of the cursors and the one fan-out turn that serves them: it looks at each new entry,
 * notes it on those whom it concerns, and then wakes their subscribers. At most one thread at a
 * time runs it.
 */
final class Stripe implements Runnable {
  private static final Logger logger = LoggerFactory.getLogger(Stripe.class);
  private static final int BATCH = 256; // entries in one turn; other work gets its chance between
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
  private final List<Cursor> toWake = new ArrayList<>(); // when the turn has noted all
  private long lossToldThrough; // losses up to here are known

  // Written by the turn, read by whoever asks for the next.
  private volatile long nextTurn; // not before

  // Written by the turn, read by anyone.
  private volatile long examined;
  private volatile @Nullable LogEntry latest;

  /**
   * @param executor runs the turns
   * @param patterns counts those of its cursors; {@link #remove} takes them off
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

  /** Every entry up to here has been noted on the cursors that it concerns. */
  long examined() {
    return examined;
  }

  /** The newest entry that has been looked at. */
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

  /** Asks for a turn; costs nothing when one is under way. */
  void requestTurn() {
    if (turn.take()) {
      enqueue(untilNextTurn());
    }
  }

  @Override
  public void run() {
    for (long delay = look(); delay != NO_TURN && !hasQueued(delay); delay = look()) {}
  }

  /** Returns when the next one is to be, in nanoseconds; {@link #NO_TURN} if nobody asks for it. */
  private long look() {
    int seen = turn.seen();
    boolean more = false;
    if (gathering > 0) {
      nextTurn = nanoTime.getAsLong() + gathering;
    }
    try {
      more = examineSome();
    } catch (Throwable e) { // escaping, even an error would end this stripe's turns for ever
      lookAgainLater();
      Report.error(logger, "Could not read the log; trying again", e);
    }
    for (Cursor cursor : toWake) {
      wake(cursor);
    }
    toWake.clear();
    if (more) {
      return 0; // behind: waiting would gather nothing that is not there already
    }
    return turn.finish(seen) ? NO_TURN : untilNextTurn();
  }

  /** Returns false if the turn has to be taken now, because a later one cannot be had. */
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
      Report.error(
          logger, "Could not wait until the log can be read; the next event tries again", e);
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
    } catch (RuntimeException | Error e) { // there is no turn: the next one who asks begins one
      turn.abandon();
      throw e;
    }
  }

  /** Returns whether the log goes on beyond what was looked at. */
  private boolean examineSome() {
    long head = log.newest(); // before asking for subscribers: later ones start above it
    if (index.isEmpty()) {
      examined = head;
      return false;
    }
    var result = log.read(new Place(examined, lossToldThrough), head, entry -> true, BATCH);
    if (result instanceof Batch batch) {
      noteAll(batch.entries());
      examined = batch.reached();
    } else if (result instanceof Evicted evicted) {
      noteLoss(evicted.lostThrough()); // whom it concerned nobody knows; each looks for itself
      examined = evicted.resumeAfter();
      lossToldThrough = evicted.lostThrough();
    } else if (result instanceof Pending pending) {
      noteUnseen(pending.until()); // we do not wait: each looks for itself, and fetches it
      examined = pending.until();
    }
    return examined < head;
  }

  /** On each cursor all of it is noted before it is woken, so that it writes all of it at once. */
  private void noteAll(List<LogEntry> entries) {
    int last = entries.size() - 1;
    for (int i = 0; i <= last; i++) {
      LogEntry entry = entries.get(i);
      latest = entry;
      note(entry, i < last ? toWake::add : this::wake);
    }
  }

  /**
   * @param then takes whom it concerns: at once, so that a cursor is walked to once for an event
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
      Report.warn(logger, "One subscriber could not be asked; the others go on", e);
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
        Report.warn(logger, "One subscriber could not be woken; trying again", e);
        wakeLater(cursor);
      }
    }
  }

  /** There may be no other event that would have it woken. */
  private void wakeLater(Cursor cursor) {
    try {
      var unused = executor.schedule(() -> wakeAgain(cursor), PAUSE, TimeUnit.SECONDS);
    } catch (Throwable e) { // the hub is closing, or there is no memory: the next event tries
      Report.warn(logger, "One subscriber is not woken before the next event", e);
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
