package bellwether.hub;

import static bellwether.hub.EventSink.AGELESS;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.hub.Gap.Reason;
import bellwether.wire.EventStreamEncoder;
import org.jspecify.annotations.Nullable;

/**
 * A subscription: a position in the log, from which one subscriber reads on. It gives first what
 * opens the stream, then what follows in the log. {@link #poll} and {@link #heartbeat} are for one
 * thread at a time, the one that holds the connection's write turn; everything else is for any
 * thread.
 */
public final class Cursor extends CursorReads implements AutoCloseable {
  /*
   * It holds a position, not events. Live delivery, replay, and catching up after slowness are one
   * thing: read what follows the position.
   *
   * A cursor that has caught up costs nothing while others' events pass. The fan-out looks at every
   * entry once for all cursors and notes it on those whom it concerns; "noted" is the first such
   * entry since the subscriber last looked, "lastNoted" the last. A cursor that had caught up may
   * jump to just before the one and need not look beyond the other, since nothing else can match.
   * One that is behind may not: its position is exact until it has read up to a head of the log.
   *
   * The order of things makes this safe. A cursor is known to the fan-out before its place is
   * found: so every entry above the head it begins at is looked at on its behalf. And "noted" is
   * taken before the head and "lastNoted" are read: so an entry noted until then is not above them
   * and is read in this very pass.
   *
   * What the fan-out noted for a cursor, and what is read of the log, are in its superclasses.
   *
   * Thousands of cursors are walked for each event, and what that costs is memory fetched from afar.
   * So what a delivery needs lies in this one object, although that makes it one of many fields (its
   * notes and reads are superclasses, not objects): plain numbers, no reference that changes (the
   * collector would have to be told of each change), no more fences than the order above asks for.
   */
  private final HubListener listener;

  // Confined to the subscriber.
  private @Nullable Opening opening; // until it is written
  private @Nullable String lastEventIdHeader;
  private long askedFor; // what is lost up to here was when it began
  private boolean behind = true;
  private long lossToldThrough; // losses up to here have been told, or were not asked about
  private long announced; // the newest position the client can know of

  // Written by the subscriber, read by whoever looks after it.
  private volatile boolean hasCaughtUp; // at least once
  private volatile boolean lagging;

  Cursor(
      Interest interest,
      EventLog log,
      HubListener listener,
      Subscriber subscriber,
      Pace pace,
      Stripe stripe) {
    super(interest, log, subscriber, pace, stripe);
    this.listener = listener;
  }

  /** Goes to where the subscriber begins. Comes once, when the fan-out knows the cursor. */
  void start() {
    Opening first = new Opening(interest(), log(), listener, pace());
    Opening.Beginning begin = first.beginning();
    moveTo(begin.position());
    announced = begin.position();
    askedFor = Math.max(begin.position() + 1, begin.lost());
    lossToldThrough = begin.place().lossToldThrough();
    behind = !begin.isHead();
    hasCaughtUp = begin.isHead();
    lastEventIdHeader = first.lastEventIdHeader();
    opening = first;
  }

  /** Takes over what the client has been told of; before the first poll. */
  void inherit(Cursor former) {
    lossToldThrough = Math.max(lossToldThrough, former.lossToldThrough);
    pace().release(log().newest()); // there may be events of logs among what it had not read yet
  }

  /**
   * See {@link Hub#change}; negative as long as the stream has not been opened. Its subscriber's.
   */
  long settle() {
    if (opening != null) {
      return -1;
    }
    catchUp();
    return position();
  }

  /**
   * Returns the value of the response header {@code Last-Event-ID} (Mercure): the id that was asked
   * for if everything after it follows, {@code earliest} if not, or if something of the time that
   * was asked for does not; null when all of that time follows, or neither was asked for.
   */
  public @Nullable String lastEventIdHeader() {
    return lastEventIdHeader;
  }

  /**
   * Offers the sink what this subscriber is due, until it refuses or there is no more. When there
   * is nothing, the hub wakes the subscriber once there is.
   *
   * @return whether it stopped because it had looked at much of the log, and should be called again
   *     after others have had their turn
   */
  public boolean poll(EventSink sink) {
    letGoOfTaken();
    if (opening != null) {
      if (!opening.write(sink)) {
        return false;
      }
      opening = null;
    }
    return write(sink);
  }

  /**
   * The id after which the rest follows, for a client that has got all that was taken so far: it
   * has passed what is not for this subscriber. Null as long as what opens the stream has not all
   * been taken. For the thread that polls.
   */
  public @Nullable String resumeId() {
    long settled = settle();
    return settled < 0 ? null : log().idAt(settled).toString();
  }

  /**
   * Returns what to write to a stream that has been quiet: a comment, or, if the log moved on
   * meanwhile, a cursor event, so that a reader of a quiet topic is not overtaken by the retention
   * of busy ones.
   */
  public byte[] heartbeat() {
    boolean caughtUp = opening == null && catchUp();
    if (caughtUp && position() > announced && interest().cursorData() != null) {
      announced = position();
      return EventStreamEncoder.encode(ControlFrame.cursor(log().idAt(announced)));
    }
    return EventStreamEncoder.heartbeat();
  }

  /** Passes over what is not for this subscriber; returns whether nothing else is left for it. */
  private boolean catchUp() {
    long examined = stripe().examined(); // before asking whether anything up to there is for us
    boolean caughtUp = !behind && noted() == NOTHING;
    if (caughtUp && examined > position()) {
      moveTo(examined);
    }
    return caughtUp;
  }

  /**
   * Returns how many positions of the log a subscriber that once kept up, and no longer does, has
   * yet to pass; else 0. One that catches up after a long absence is not lagging.
   */
  public long lag() {
    if (lagging) {
      return log().newest() - position();
    }
    // Nor does one keep up that is not let look, because its client takes nothing; but one that
    // waits for its next turn by its own wish is not behind.
    long first = noted();
    return first == NOTHING || !hasCaughtUp || pace() != Pace.NONE ? 0 : log().newest() - first + 1;
  }

  /** Ends the subscriber's interest. Any number of times. */
  @Override
  public void close() {
    if (forgetSubscriber()) {
      try {
        stripe().remove(this);
      } finally { // even without memory to remove it: else what it holds would count for ever
        pace().close();
        letGo();
      }
    }
  }

  /** Offers what follows in the log; returns whether to call it again. */
  private boolean write(EventSink sink) {
    boolean due = pace().isDue();
    if (!due && pace().releaseTo() <= position()) {
      if (behind || noted() != NOTHING) {
        pace().arm(); // for what is held back
      }
      return false;
    }
    long first = takeNoted();
    long head = log().newest();
    long end = head;
    if (!behind) {
      if (first == NOTHING) {
        return false;
      }
      end = Math.min(head, lastNoted());
      moveTo(Math.max(position(), first - 1));
      behind = true;
    }
    long upTo = due ? end : Math.min(end, pace().releaseTo());
    LogEntry news = stripe().latest();
    boolean isAllThereIs = first == head && position() == head - 1;
    Progress progress =
        isAllThereIs && news != null && news.position() == head && interest().mayRead(news)
            ? writeOne(sink, news)
            : writeRange(sink, upTo, head);
    boolean isThrough = progress == Progress.THROUGH;
    boolean isLagging = progress == Progress.REFUSED ? hasCaughtUp : lagging && !isThrough;
    if (lagging != isLagging) {
      lagging = isLagging;
    }
    if (isThrough) {
      if (!hasCaughtUp) { // a volatile write that is not needed would cost every delivery its fence
        hasCaughtUp = true;
      }
      behind = upTo < end;
      if (due) {
        pace().passed();
      } else if (behind) {
        pace().arm(); // for what is held back beyond the log event that released this pass
      }
    }
    return progress == Progress.UNDER_WAY;
  }

  /**
   * Writes the newest entry, which was noted and is all that follows: nothing is to be read, nor
   * can be lost.
   */
  private Progress writeOne(EventSink sink, LogEntry entry) {
    if (!sink.offerEvent(entry, entry.publishedAt())) {
      return Progress.REFUSED;
    }
    moveTo(entry.position());
    announced = entry.position();
    listener.delivered(1);
    return Progress.THROUGH;
  }

  private Progress writeRange(EventSink sink, long upTo, long head) {
    while (position() < upTo) {
      ReadResult result = read(upTo, lossToldThrough);
      if (result instanceof Evicted evicted) {
        if (!tell(evicted, sink)) {
          return Progress.REFUSED;
        }
        listener.gap();
        lossToldThrough = evicted.lostThrough();
        moveTo(evicted.resumeAfter());
        announced = evicted.resumeAfter();
      } else if (result instanceof Batch batch) {
        if (!writeBatch(sink, batch, head)) {
          return Progress.REFUSED;
        }
        moveTo(batch.reached());
        if (isHolding()) {
          return position() < upTo ? Progress.UNDER_WAY : Progress.THROUGH;
        }
        boolean hasStopped = position() < upTo && batch.entries().size() < MAX_READ;
        if (hasStopped && log().lostThrough() <= position()) { // else at what is lost: that is next
          return Progress.UNDER_WAY;
        }
      } else {
        return Progress.AWAITING;
      }
    }
    return Progress.THROUGH;
  }

  /**
   * Returns whether to go on behind the loss. Without gap events the next response tells of it; but
   * not of a damaged entry, which the log notices as it is read: ended there, the client would come
   * back to it for ever.
   */
  private boolean tell(Evicted evicted, EventSink sink) {
    if (interest().tellsGaps()) {
      return sink.offerGap(gapAfterLoss(evicted));
    }
    boolean isTold = evicted.lostThrough() <= log().lostThrough();
    Subscriber told = subscriber();
    if (isTold && told != null) {
      told.overtaken();
    }
    return !isTold;
  }

  private Gap gapAfterLoss(Evicted evicted) {
    String requested = position() < askedFor ? interest().start().requested() : null;
    if (requested == null) {
      requested = log().idAt(position()).toString();
    }
    return Gap.in(log(), evicted.resumeAfter(), requested, Reason.EVICTED);
  }

  private boolean writeBatch(EventSink sink, Batch batch, long head) {
    int conflated = 0;
    int delivered = 0;
    boolean isRefused = false;
    for (LogEntry entry : batch.entries()) {
      if (entry.isSupersededAt(head)) {
        conflated++;
      } else if (sink.offerEvent(entry, hasCaughtUp ? entry.publishedAt() : AGELESS)) {
        announced = entry.position();
        delivered++;
      } else {
        moveTo(entry.position() - 1);
        isRefused = true;
        break;
      }
    }
    listener.delivered(delivered);
    listener.conflated(conflated);
    return !isRefused;
  }
}
