package bellwether.hub;

import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.eventlog.ReadResult.Pending;
import bellwether.hub.ControlEvent.Reason;
import bellwether.wire.EventStreamEncoder;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A reader's place in the log. {@link #poll}, {@link #heartbeat} and {@link #lag} are for one
 * thread at a time, the one that holds the connection's write turn; everything else is for any
 * thread.
 */
public final class Subscription implements AutoCloseable {
  /*
   * It holds a position, not events. Live delivery, replay, and catching up after slowness are one
   * thing: read what follows the cursor.
   *
   * A reader that has caught up costs nothing while others' events pass. The fan-out looks at every
   * entry once for all its readers and tells those whom it concerns; "told" is the first such entry
   * since the reader last looked. A reader that had caught up may jump to just before it, since
   * nothing in between can match. One that is behind may not: its cursor is exact until it has read
   * up to a head of the log.
   *
   * The order of things makes this safe. A subscription is registered with the fan-out before it
   * first reads the head: so every entry above that head is looked at on its behalf. And "told" is
   * taken before the head is read: so an entry told of until then is not above that head and is
   * read in this very pass.
   */
  private static final long NOTHING = 0; // positions start at 1
  private static final int BATCH = 64; // entries asked of the log at a time

  /** What the next poll has to write first; a stream goes down this list, from where it opens. */
  private enum Stage {
    /** Say that the client's id is unknown here. */
    UNKNOWN_ID,
    /** The retained state as it was when the stream opened. */
    STATE,
    /** A cursor event: from here the log begins. */
    START,
    /** What follows the cursor. */
    LOG
  }

  /** How a pass over the log ended. */
  private enum Progress {
    /** All of it was looked at. */
    THROUGH,
    /** The sink was full. */
    REFUSED,
    /** Much was looked at, and there is more. */
    UNDER_WAY,
    /** The log has to fetch what follows; its listener tells when it has. */
    AWAITING
  }

  // Set before registration, never again.
  private final Interest interest;
  private final EventLog log;
  private final Stripe stripe;
  private final HubListener listener;
  private final Runnable wake;
  private final Pace pace;

  // Written by the fan-out, taken by the reader.
  private final AtomicLong told = new AtomicLong(NOTHING);

  // Confined to the reader.
  private Stage stage = Stage.LOG;
  private long start; // where the log begins for this reader
  private long stateRead; // how far the retained state has been written
  private boolean stateMovesCursor = true; // whether it is written with its ids
  private boolean behind = true;
  private boolean hasCaughtUp; // at least once
  private long forgiven; // losses up to here have been told, or were not asked about
  private long announced; // the newest position the client can know of
  private @Nullable String answer; // the Last-Event-ID header of the response

  // Written by the reader, read by the fan-out to spare it needless wake-ups.
  private volatile long cursor;
  // Written by the reader, read by whoever looks after it.
  private volatile boolean lagging;

  Subscription(
      Interest interest,
      EventLog log,
      Stripe stripe,
      HubListener listener,
      Runnable wake,
      Pace pace) {
    this.interest = interest;
    this.log = log;
    this.stripe = stripe;
    this.listener = listener;
    this.wake = wake;
    this.pace = pace;
  }

  /** Finds the starting point. Comes after registration: see the overview. */
  void open() {
    if (interest.start() instanceof StartingPoint.Newest) {
      openWithState(Stage.STATE);
    } else if (interest.start() instanceof StartingPoint.Earliest) {
      forgiven = log.lostThrough();
      answer = "earliest";
    } else if (interest.start() instanceof StartingPoint.After after) {
      openAfter(after.lastEventId());
    }
  }

  /**
   * What the response header {@code Last-Event-ID} is to say (Mercure): the id that was asked for
   * if everything after it follows, {@code earliest} if not; null when none was asked for.
   */
  public @Nullable String answeredLastEventId() {
    return answer;
  }

  /**
   * Offers the sink what this reader is due, until it refuses or there is no more. When there is
   * nothing, the hub wakes the reader once there is.
   *
   * @return whether it stopped because it had looked at much of the log, and should be called again
   *     after others have had their turn
   */
  public boolean poll(FrameSink sink) {
    if (stage == Stage.UNKNOWN_ID && sink.offer(gapForUnknownId(), 0)) {
      stage = Stage.STATE;
    }
    if (stage == Stage.STATE && writeState(sink)) {
      stage = stateMovesCursor ? Stage.START : Stage.LOG;
    }
    if (stage == Stage.START && sink.offer(ControlEvent.cursor(log.idAt(start)), 0)) {
      announced = start;
      stage = Stage.LOG;
    }
    return stage == Stage.LOG && writeLog(sink);
  }

  /**
   * What to write to a stream that has been quiet: a comment, or, if the log moved on meanwhile, a
   * cursor event, so that a reader of a quiet topic is not overtaken by the retention of busy ones.
   */
  public byte[] heartbeat() {
    long examined = stripe.examined(); // before asking whether anything up to there is for us
    boolean caughtUp = stage == Stage.LOG && !behind && told.get() == NOTHING;
    if (caughtUp && examined > cursor) {
      cursor = examined;
    }
    if (caughtUp && cursor > announced) {
      announced = cursor;
      return ControlEvent.cursor(log.idAt(announced));
    }
    return EventStreamEncoder.heartbeat();
  }

  /**
   * How many positions of the log a reader that once kept up, and no longer does, has yet to pass;
   * else 0. One that catches up after a long absence is not lagging. Any thread.
   */
  public long lag() {
    return lagging ? log.newest() - cursor : 0;
  }

  /** Ends the reader's interest. Any number of times. */
  @Override
  public void close() {
    stripe.remove(this);
    pace.close();
  }

  Interest interest() {
    return interest;
  }

  /**
   * Notes that an entry concerns this reader; the fan-out calls it in order of position.
   *
   * @return whether the reader is to be woken
   */
  boolean tell(LogEntry entry) {
    if (entry.position() <= cursor) {
      return false; // a reader that keeps up reads to the head, past what it has been told
    }
    return pace.tell(entry, tellFrom(entry.position()));
  }

  /** Notes that entries from this position on are gone before anyone knew whom they concern. */
  boolean tellOfLoss(long from, long lostThrough) {
    return cursor < lostThrough && tellFrom(from);
  }

  private boolean tellFrom(long position) {
    return told.get() == NOTHING && told.compareAndSet(NOTHING, position);
  }

  void wake() {
    wake.run();
  }

  private void openAfter(String lastEventId) {
    Lookup lookup = log.find(lastEventId);
    if (lookup instanceof Lookup.Found found && mayKnowOf(found.position(), lastEventId)) {
      start = found.position();
      cursor = start;
      announced = start;
      answer = log.lostThrough() > start ? "earliest" : lastEventId;
      if (interest.allRetained()) {
        stateMovesCursor = false; // older than the client's cursor, which must not go back
        stage = Stage.STATE;
      }
    } else {
      answer = "earliest";
      openWithState(Stage.UNKNOWN_ID);
    }
  }

  /** That a publisher's id exists is told only to those who may read what it names. */
  private boolean mayKnowOf(long position, String id) {
    if (EventId.parse(id) != null) {
      return true;
    }
    var result = log.read(position - 1, Long.MAX_VALUE, position, interest::mayRead, 1);
    return result instanceof Batch batch && !batch.entries().isEmpty();
  }

  private void openWithState(Stage first) {
    start = log.newest();
    cursor = start;
    behind = false;
    hasCaughtUp = true;
    stage = first;
  }

  private byte[] gapForUnknownId() {
    Batch first = log.readRetained(0, start, interest::covers, 1);
    long before = first.entries().isEmpty() ? start : first.entries().get(0).position() - 1;
    String requested = interest.start() instanceof StartingPoint.After a ? a.lastEventId() : "";
    listener.gap();
    return gap(before, requested, Reason.UNKNOWN);
  }

  private byte[] gap(long before, String requested, Reason reason) {
    long newest = log.newest();
    return ControlEvent.gap(
        log.idAt(before),
        requested,
        log.idAt(Math.min(log.oldest(), newest)),
        log.idAt(newest),
        reason);
  }

  /** Returns whether all of it was taken. */
  private boolean writeState(FrameSink sink) {
    while (stateRead < start) {
      Batch batch = log.readRetained(stateRead, start, interest::covers, BATCH);
      for (LogEntry entry : batch.entries()) {
        if (!sink.offer(entry.frame(), stateMovesCursor ? 0 : entry.idLength())) {
          return false;
        }
        stateRead = entry.position();
        pace.passed(); // these are this interval's
      }
      stateRead = batch.reached();
    }
    return true;
  }

  /** Returns whether to call it again. */
  private boolean writeLog(FrameSink sink) {
    boolean due = pace.isDue();
    if (!due && pace.releaseTo() <= cursor) {
      if (behind || told.get() != NOTHING) {
        pace.arm(); // for what is held back
      }
      return false;
    }
    long first = told.getAndSet(NOTHING);
    if (!behind) {
      if (first == NOTHING) {
        return false;
      }
      cursor = Math.max(cursor, first - 1);
      behind = true;
    }
    long head = log.newest();
    long upTo = due ? head : Math.min(head, pace.releaseTo());
    Progress progress = writeRange(sink, upTo, head);
    lagging = progress == Progress.REFUSED && hasCaughtUp;
    if (progress == Progress.THROUGH) {
      hasCaughtUp = true;
      behind = upTo < head;
      if (due) {
        pace.passed();
      } else if (behind) {
        pace.arm(); // for what is held back beyond the log event that released this pass
      }
    }
    return progress == Progress.UNDER_WAY;
  }

  private Progress writeRange(FrameSink sink, long upTo, long head) {
    while (cursor < upTo) {
      var result = log.read(cursor, forgiven, upTo, interest::covers, BATCH);
      if (result instanceof Evicted evicted) {
        if (!sink.offer(gapAfterLoss(evicted), 0)) {
          return Progress.REFUSED;
        }
        listener.gap();
        forgiven = evicted.lostThrough();
        cursor = evicted.before();
        announced = evicted.before();
      } else if (result instanceof Batch batch) {
        if (!writeBatch(sink, batch, head)) {
          return Progress.REFUSED;
        }
        cursor = batch.reached();
        if (batch.entries().size() < BATCH) {
          return cursor < upTo ? Progress.UNDER_WAY : Progress.THROUGH;
        }
      } else if (result instanceof Pending) {
        return Progress.AWAITING;
      }
    }
    return Progress.THROUGH;
  }

  private byte[] gapAfterLoss(Evicted evicted) {
    boolean resuming = cursor == start && interest.start() instanceof StartingPoint.After;
    String requested =
        resuming
            ? ((StartingPoint.After) interest.start()).lastEventId()
            : log.idAt(cursor).toString();
    return gap(evicted.before(), requested, Reason.EVICTED);
  }

  private boolean writeBatch(FrameSink sink, Batch batch, long head) {
    int conflated = 0;
    for (LogEntry entry : batch.entries()) {
      if (entry.isSupersededAt(head)) {
        conflated++;
      } else if (sink.offer(entry.frame(), 0)) {
        announced = entry.position();
      } else {
        cursor = entry.position() - 1;
        listener.conflated(conflated);
        return false;
      }
    }
    listener.conflated(conflated);
    return true;
  }
}
