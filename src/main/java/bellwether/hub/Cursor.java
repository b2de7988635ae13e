package bellwether.hub;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.eventlog.ReadResult.Pending;
import bellwether.hub.ControlFrame.Reason;
import bellwether.wire.EventStreamEncoder;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber's place in the log, and what the fan-out noted for it. {@link #note}, {@link
 * #noteLoss} and {@link #wake} are the fan-out's; {@link #lag} and {@link #close} are for any
 * thread; everything else is for the subscriber's.
 */
final class Cursor {
  /*
   * It holds a position, not events. Live delivery, replay, and catching up after slowness are one
   * thing: read what follows the position.
   *
   * A cursor that has caught up costs nothing while others' events pass. The fan-out looks at every
   * entry once for all cursors and notes it on those whom it concerns; "noted" is the first such
   * entry since the subscriber last looked. A cursor that had caught up may jump to just before it,
   * since nothing in between can match. One that is behind may not: its position is exact until it
   * has read up to a head of the log.
   *
   * The order of things makes this safe. A cursor is known to the fan-out before its place is
   * found: so every entry above the head it begins at is looked at on its behalf. And "noted" is
   * taken before the head is read: so an entry noted until then is not above that head and is read
   * in this very pass.
   */
  private static final long NOTHING = 0; // positions start at 1
  private static final int BATCH = 64; // entries asked of the log at a time

  /** How a pass over the log ended. */
  private enum Progress {
    /** All of it was looked at. */
    THROUGH,
    /** The sink was full. */
    REFUSED,
    /** Much was looked at, and there is more. */
    UNDER_WAY,
    /** The log has to fetch what follows; we are woken when it has. */
    AWAITING
  }

  private final Interest interest;
  private final EventLog log;
  private final HubListener listener;
  private final Runnable wake;
  private final Pace pace;
  private final Consumer<Cursor> await;

  // Written by the fan-out, taken by the subscriber.
  private final AtomicLong noted = new AtomicLong(NOTHING);
  private volatile @Nullable LogEntry notedEntry; // the last that was noted first

  // Confined to the subscriber.
  private long start; // where the log begins for it
  private boolean behind = true;
  private boolean hasCaughtUp; // at least once
  private long forgiven; // losses up to here have been told, or were not asked about
  private long announced; // the newest position the client can know of

  // Written by the subscriber, read by the fan-out to spare it needless wake-ups.
  private volatile long position;
  // Written by the subscriber, read by whoever looks after it.
  private volatile boolean lagging;

  /**
   * @param wake called on a fan-out thread or a timer's; must not block
   * @param await has it woken when the log says that more is readable
   */
  Cursor(
      Interest interest,
      EventLog log,
      HubListener listener,
      Runnable wake,
      Pace pace,
      Consumer<Cursor> await) {
    this.interest = interest;
    this.log = log;
    this.listener = listener;
    this.wake = wake;
    this.pace = pace;
    this.await = await;
  }

  /** Goes to where the subscriber begins. Comes once, when the fan-out knows the cursor. */
  void startAt(Opening.Place place) {
    start = place.position();
    position = start;
    announced = start;
    forgiven = place.forgiven();
    behind = !place.isHead();
    hasCaughtUp = place.isHead();
  }

  Interest interest() {
    return interest;
  }

  /**
   * Notes that an entry concerns this subscriber; comes in order of position.
   *
   * @return whether the subscriber is to be woken
   */
  boolean note(LogEntry entry) {
    if (entry.position() <= position) {
      return false; // one that keeps up reads to the head, past what has been noted for it
    }
    if (noted.get() == NOTHING) {
      notedEntry = entry;
    }
    return pace.note(entry, noteFrom(entry.position()));
  }

  /** Notes that entries from this position on are gone before anyone knew whom they concern. */
  boolean noteLoss(long from, long lostThrough) {
    return position < lostThrough && noteFrom(from);
  }

  private boolean noteFrom(long first) {
    return noted.get() == NOTHING && noted.compareAndSet(NOTHING, first);
  }

  /** Has the subscriber come and write. */
  void wake() {
    wake.run();
  }

  /** See {@link Subscription#heartbeat}. */
  byte[] heartbeat(long examined) { // read before this asks whether anything up to there is for us
    boolean caughtUp = !behind && noted.get() == NOTHING;
    if (caughtUp && examined > position) {
      position = examined;
    }
    if (caughtUp && position > announced) {
      announced = position;
      return ControlFrame.cursor(log.idAt(announced));
    }
    return EventStreamEncoder.heartbeat();
  }

  /** See {@link Subscription#lag}. */
  long lag() {
    return lagging ? log.newest() - position : 0;
  }

  void close() {
    pace.close();
  }

  /**
   * Offers what follows in the log, until the sink refuses or there is no more for now.
   *
   * @return whether to call it again
   */
  boolean write(FrameSink sink) {
    boolean due = pace.isDue();
    if (!due && pace.releaseTo() <= position) {
      if (behind || noted.get() != NOTHING) {
        pace.arm(); // for what is held back
      }
      return false;
    }
    long first = noted.get() == NOTHING ? NOTHING : noted.getAndSet(NOTHING);
    if (!behind) {
      if (first == NOTHING) {
        return false;
      }
      position = Math.max(position, first - 1);
      behind = true;
    }
    long head = log.newest();
    long upTo = due ? head : Math.min(head, pace.releaseTo());
    LogEntry news = notedEntry;
    Progress progress =
        news != null && news.position() == head && position == head - 1 && due
            ? writeOne(sink, news)
            : writeRange(sink, upTo, head);
    boolean isLagging = progress == Progress.REFUSED && hasCaughtUp;
    if (lagging != isLagging) {
      lagging = isLagging;
    }
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

  /** What follows is the newest entry, which was noted: nothing is to be read, nor can be lost. */
  private Progress writeOne(FrameSink sink, LogEntry entry) {
    if (!sink.offer(entry.frame(), 0)) {
      return Progress.REFUSED;
    }
    position = entry.position();
    announced = entry.position();
    notedEntry = null; // the log may let go of it
    return Progress.THROUGH;
  }

  private Progress writeRange(FrameSink sink, long upTo, long head) {
    boolean isAwaiting = false;
    while (position < upTo) {
      var result = log.read(position, forgiven, upTo, interest::covers, BATCH);
      if (result instanceof Evicted evicted) {
        if (!sink.offer(gapAfterLoss(evicted), 0)) {
          return Progress.REFUSED;
        }
        listener.gap();
        forgiven = evicted.lostThrough();
        position = evicted.resumeAfter();
        announced = evicted.resumeAfter();
      } else if (result instanceof Batch batch) {
        if (!writeBatch(sink, batch, head)) {
          return Progress.REFUSED;
        }
        position = batch.reached();
        if (batch.entries().size() < BATCH) {
          return position < upTo ? Progress.UNDER_WAY : Progress.THROUGH;
        }
      } else if (result instanceof Pending) {
        if (isAwaiting) {
          return Progress.AWAITING;
        }
        isAwaiting = true;
        await.accept(this); // then ask once more: it may have become readable just before
      }
    }
    return Progress.THROUGH;
  }

  private byte[] gapAfterLoss(Evicted evicted) {
    boolean resuming = position == start && interest.start() instanceof StartingPoint.After;
    String requested =
        resuming
            ? ((StartingPoint.After) interest.start()).lastEventId()
            : log.idAt(position).toString();
    return ControlFrame.gap(log, evicted.resumeAfter(), requested, Reason.EVICTED);
  }

  private boolean writeBatch(FrameSink sink, Batch batch, long head) {
    int conflated = 0;
    for (LogEntry entry : batch.entries()) {
      if (entry.isSupersededAt(head)) {
        conflated++;
      } else if (sink.offer(entry.frame(), 0)) {
        announced = entry.position();
      } else {
        position = entry.position() - 1;
        listener.conflated(conflated);
        return false;
      }
    }
    listener.conflated(conflated);
    return true;
  }
}
