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
 * A subscription: a position in the log, from which one subscriber reads on. It first gives the
 * events that open the stream, then the entries of the log. {@link #poll} and {@link #heartbeat}
 * are for one thread at a time, the one that holds the connection's write turn; everything else is
 * for any thread.
 */
public final class Cursor extends CursorReads implements AutoCloseable {
  /*
   * A cursor holds a position, not events. Live delivery, replay, and catching up after slowness
   * are one thing: read the entries that follow the position.
   *
   * A cursor that has caught up costs nothing when events for other subscribers are published. The
   * fan-out looks at every entry once for all cursors and notes it on those that it concerns;
   * "noted" is the first such entry since the subscriber last looked, "lastNoted" the last. A
   * cursor that had caught up may jump to just before the first and need not look beyond the last,
   * since no other entry can match. One that is behind may not: its position is exact until it has
   * read up to a head of the log.
   *
   * The order of these steps makes this safe. The fan-out knows a cursor before the cursor's place
   * is found: so it looks at every entry above the head at which the cursor begins. And "noted" is
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
  private long askedFor; // losses up to here came before it began
  private boolean behind = true;
  private long lossToldThrough; // no gap is sent for losses up to here
  private long stateReadAgain; // where the log has gone back: sent again up to here, before the gap
  private long announced; // the newest position the client can know of

  // Written by the subscriber, read by the thread that looks after it.
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

  /**
   * Moves to the place where the subscriber begins. Called once, when the fan-out knows the cursor.
   */
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

  /**
   * Takes over the losses that the client has been told of by the former cursor. Called before the
   * first poll.
   */
  void inherit(Cursor former) {
    lossToldThrough = Math.max(lossToldThrough, former.lossToldThrough);
    pace().release(log().newest()); // there may be events of logs among what it had not read yet
  }

  /**
   * Returns the position from which a changed cursor goes on, see {@link Hub#change}; negative as
   * long as the stream has not been opened. For the subscriber's thread.
   */
  long settle() {
    if (opening != null) {
      return -1;
    }
    catchUp();
    return position();
  }

  /**
   * Returns the value of the response header {@code Last-Event-ID} (Mercure): the requested id if
   * everything after it follows, else {@code earliest}; {@code earliest}, too, if events since a
   * requested time are lost; null if none of these is, or neither an id nor a time was requested.
   */
  public @Nullable String lastEventIdHeader() {
    return lastEventIdHeader;
  }

  /**
   * Offers the sink the events for this subscriber, until it refuses or there are no more. Then the
   * hub wakes the subscriber as soon as there are.
   *
   * @return whether this stopped because it had looked at much of the log, and should be called
   *     again after others have had their turn
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
   * Returns the id from which a client resumes that has got all events taken so far: it is past the
   * entries that are not for this subscriber. Null as long as the events that open the stream have
   * not all been taken. For the thread that polls.
   */
  public @Nullable String resumeId() {
    long settled = settle();
    return settled < 0 ? null : log().idAt(settled).toString();
  }

  /**
   * Returns the bytes to write to a stream that has been quiet: a comment, or, if the log moved on
   * meanwhile, a cursor event, so that retention does not overtake a reader of a quiet topic.
   */
  public byte[] heartbeat() {
    boolean caughtUp = opening == null && catchUp();
    if (caughtUp && position() > announced && interest().cursorData() != null) {
      announced = position();
      return EventStreamEncoder.encode(ControlFrame.cursor(log().idAt(announced)));
    }
    return EventStreamEncoder.heartbeat();
  }

  /** Skips the entries that are not for this subscriber; returns whether there are no others. */
  private boolean catchUp() {
    long examined = stripe().examined(); // before asking whether anything up to there is for us
    boolean caughtUp = !behind && noted() == NOTHING;
    if (caughtUp && examined > position()) {
      moveTo(examined);
    }
    return caughtUp;
  }

  /**
   * Returns the number of positions that a subscriber is behind which once kept up, and no longer
   * does; else 0. A subscriber that catches up after a long absence is not lagging.
   */
  public long lag() {
    if (lagging) {
      return log().countBetween(position(), log().newest());
    }
    // A subscriber that cannot poll, because its client takes nothing, does not keep up either. But
    // one that waits at its own pace is not behind.
    long first = noted();
    return first == NOTHING || !hasCaughtUp || pace() != Pace.NONE
        ? 0
        : log().countBetween(first - 1, log().newest());
  }

  /** Ends the subscription. May be called any number of times. */
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

  /** Offers the next entries of the log; returns whether to call this again. */
  private boolean write(EventSink sink) {
    boolean due = pace().isDue();
    if (!due && pace().releaseTo() <= position()) {
      if (behind || noted() != NOTHING) {
        pace().arm(); // for the entries held back
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
      if (!hasCaughtUp) { // without this check every delivery would cost a volatile write
        hasCaughtUp = true;
      }
      behind = upTo < end;
      if (due) {
        pace().passed();
      } else if (behind) {
        pace().arm(); // for entries held back after the log event of this pass
      }
    }
    return progress == Progress.UNDER_WAY;
  }

  /**
   * Writes the newest entry, which was noted and is the only one that follows: nothing has to be
   * read, and nothing can be lost.
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
        if (!sendStateAgain(evicted, sink) || !tell(evicted, sink)) {
          return Progress.REFUSED;
        }
        stateReadAgain = 0;
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
        if (hasStopped
            && log().lostThrough(position()) <= position()) { // else what is lost is next
          return Progress.UNDER_WAY;
        }
      } else {
        return Progress.AWAITING;
      }
    }
    return Progress.THROUGH;
  }

  /**
   * Sends the retained state again if the subscriber may have newer ones which the log has lost.
   * The gap comes after it, and only the gap has an id: a client that is cut off in between comes
   * back with an id that is lost, and is sent the state then.
   */
  private boolean sendStateAgain(Evicted evicted, EventSink sink) {
    if (!evicted.isUndone() || !interest().tellsGaps()) {
      return true;
    }
    long end = evicted.resumeAfter();
    while (stateReadAgain < end) {
      Batch batch = log().readRetained(stateReadAgain, end, interest(), MAX_READ);
      for (LogEntry entry : batch.entries()) {
        if (!sink.offerState(entry, false)) {
          return false;
        }
        stateReadAgain = entry.position();
        listener.delivered(1);
      }
      stateReadAgain = batch.reached();
    }
    return true;
  }

  /**
   * Tells the subscriber of a loss; returns whether to go on after it. If the subscriber gets no
   * gap events, its stream ends, and the next response tells of the loss. A damaged entry, which
   * the log notices only as it reads, does not end the stream: the client would come back to that
   * entry for ever.
   */
  private boolean tell(Evicted evicted, EventSink sink) {
    if (interest().tellsGaps()) {
      return sink.offerGap(gapAfterLoss(evicted));
    }
    boolean isTold = evicted.lostThrough() <= log().lostThrough(position());
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
