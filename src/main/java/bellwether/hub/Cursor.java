package bellwether.hub;

import static bellwether.hub.EventSink.AGELESS;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Place;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.eventlog.ReadResult.Pending;
import bellwether.hub.ControlFrame.Reason;
import bellwether.wire.EventStreamEncoder;
import bellwether.wire.ServerSentEvent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber's place in the log, and what the fan-out noted for it. {@link #note}, {@link
 * #noteLoss} and {@link #wake} are the fan-out's; what else is here is the subscription.
 */
final class Cursor implements Subscription {
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
   * What the log has to fetch is fetched by a thread that may wait, and taken over in the next pass:
   * if that begins where it was fetched for. Meanwhile there is nothing to write.
   *
   * Thousands of cursors are walked for each event, and what that costs is memory fetched from afar.
   * So what a delivery needs lies in this one object: plain numbers, no reference that changes (the
   * collector would have to be told of each change), no more fences than the order above asks for.
   */
  private static final long NOTHING = 0; // positions start at 1
  private static final int BATCH = 64; // entries asked of the log at a time

  private static final AtomicLongFieldUpdater<Cursor> notedOf =
      AtomicLongFieldUpdater.newUpdater(Cursor.class, "noted");
  private static final AtomicLongFieldUpdater<Cursor> lastNotedOf =
      AtomicLongFieldUpdater.newUpdater(Cursor.class, "lastNoted");
  private static final AtomicLongFieldUpdater<Cursor> positionOf =
      AtomicLongFieldUpdater.newUpdater(Cursor.class, "position");

  private final Interest interest;
  private final EventLog log;
  private final HubListener listener;
  private final Pace pace;
  private final Stripe stripe;
  private volatile @Nullable Subscriber subscriber; // until it is closed

  // Written by the fan-out, taken by the subscriber.
  private volatile long noted = NOTHING;
  private volatile long lastNoted;

  // Confined to the subscriber.
  private @Nullable Opening opening; // until it is written
  private @Nullable String lastEventIdHeader;
  private long askedFor; // what is lost up to here was when it began
  private boolean behind = true;
  private long lossToldThrough; // losses up to here have been told, or were not asked about
  private long announced; // the newest position the client can know of
  private boolean isHolding; // what was taken of the fetch may still be written

  // Written by the subscriber, read by the fan-out to spare it wake-ups: late news does no harm.
  private volatile long position;
  // Written by the subscriber, read by whoever looks after it.
  private volatile boolean hasCaughtUp; // at least once
  private volatile boolean lagging;
  // Written by the subscriber, ended by whoever closes us.
  private volatile @Nullable Fetch fetch; // from asking for it until nothing of it is held

  Cursor(
      Interest interest,
      EventLog log,
      HubListener listener,
      Subscriber subscriber,
      Pace pace,
      Stripe stripe) {
    this.interest = interest;
    this.log = log;
    this.listener = listener;
    this.subscriber = subscriber;
    this.pace = pace;
    this.stripe = stripe;
  }

  /** Goes to where the subscriber begins. Comes once, when the fan-out knows the cursor. */
  void start() {
    Opening first = new Opening(interest, log, listener, pace);
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
    pace.release(log.newest()); // there may be events of logs among what it had not read yet
  }

  @Override
  public Interest interest() {
    return interest;
  }

  /**
   * See {@link Hub#change}; negative as long as the stream has not been opened. Its subscriber's.
   */
  long settle() {
    if (opening != null) {
      return -1;
    }
    catchUp();
    return position;
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
    return pace.note(entry, noteFrom(entry.position(), entry.position()));
  }

  /** Notes that entries from this position on are gone before anyone knew whom they concern. */
  boolean noteLoss(long from, long lostThrough) {
    return position < lostThrough && noteFrom(from, lostThrough);
  }

  /**
   * Notes that entries from one position to another are kept, but nobody knows whom they concern.
   */
  boolean noteUnseen(long from, long to) {
    if (position >= to) {
      return false;
    }
    pace.release(to); // there may be events of logs among them
    return noteFrom(from, to);
  }

  private boolean noteFrom(long first, long last) {
    if (noted == NOTHING) {
      lastNotedOf.lazySet(this, last); // whoever takes what is noted next sees this
      return notedOf.compareAndSet(this, NOTHING, first);
    }
    lastNoted = last; // before looking again: whoever took what was noted meanwhile may not see it
    return noted == NOTHING && notedOf.compareAndSet(this, NOTHING, first);
  }

  /** Has the subscriber come and write. */
  void wake() {
    Subscriber woken = subscriber;
    if (woken != null) {
      woken.wake();
    }
  }

  @Override
  public @Nullable String lastEventIdHeader() {
    return lastEventIdHeader;
  }

  @Override
  public boolean poll(EventSink sink) {
    if (isHolding) {
      letGo();
    }
    if (opening != null) {
      if (!opening.write(sink)) {
        return false;
      }
      opening = null;
    }
    return write(sink);
  }

  @Override
  public boolean isAwaiting() {
    return fetch != null && !isHolding;
  }

  @Override
  public boolean isHolding() {
    return isHolding;
  }

  @Override
  public boolean isOverdue(Duration patience) {
    Fetch current = fetch;
    return current != null && stripe.coldReads().isOverdue(current, patience);
  }

  @Override
  public @Nullable String resumeId() {
    long settled = settle();
    return settled < 0 ? null : log.idAt(settled).toString();
  }

  @Override
  public byte[] heartbeat() {
    boolean caughtUp = opening == null && catchUp();
    if (caughtUp && position > announced && interest.cursorData() != null) {
      announced = position;
      return EventStreamEncoder.encode(ControlFrame.cursor(log.idAt(announced)));
    }
    return EventStreamEncoder.heartbeat();
  }

  /** Passes over what is not for this subscriber; returns whether nothing else is left for it. */
  private boolean catchUp() {
    long examined = stripe.examined(); // before asking whether anything up to there is for us
    boolean caughtUp = !behind && noted == NOTHING;
    if (caughtUp && examined > position) {
      moveTo(examined);
    }
    return caughtUp;
  }

  @Override
  public long lag() {
    if (lagging) {
      return log.newest() - position;
    }
    // Nor does one keep up that is not let look, because its client takes nothing; but one that
    // waits for its next turn by its own wish is not behind.
    long first = noted;
    return first == NOTHING || !hasCaughtUp || pace != Pace.NONE ? 0 : log.newest() - first + 1;
  }

  @Override
  public void close() {
    if (subscriber != null) {
      subscriber = null; // the fan-out may know of us for a while: not of what holds a request
      stripe.remove(this);
      pace.close();
      letGo();
    }
  }

  /** Offers what follows in the log; returns whether to call it again. */
  private boolean write(EventSink sink) {
    boolean due = pace.isDue();
    if (!due && pace.releaseTo() <= position) {
      if (behind || noted != NOTHING) {
        pace.arm(); // for what is held back
      }
      return false;
    }
    long first = noted == NOTHING ? NOTHING : notedOf.getAndSet(this, NOTHING);
    long head = log.newest();
    long end = head;
    if (!behind) {
      if (first == NOTHING) {
        return false;
      }
      end = Math.min(head, lastNoted);
      moveTo(Math.max(position, first - 1));
      behind = true;
    }
    long upTo = due ? end : Math.min(end, pace.releaseTo());
    LogEntry news = stripe.latest();
    boolean isAllThereIs = first == head && position == head - 1;
    Progress progress =
        isAllThereIs && news != null && news.position() == head && interest.mayRead(news)
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
        pace.passed();
      } else if (behind) {
        pace.arm(); // for what is held back beyond the log event that released this pass
      }
    }
    return progress == Progress.UNDER_WAY;
  }

  /** What follows is the newest entry, which was noted: nothing is to be read, nor can be lost. */
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
    while (position < upTo) {
      ReadResult result = read(upTo);
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
        if (isHolding) {
          return position < upTo ? Progress.UNDER_WAY : Progress.THROUGH;
        }
        boolean hasStopped = position < upTo && batch.entries().size() < BATCH;
        if (hasStopped && log.lostThrough() <= position) { // else at what is lost: that is next
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
    if (interest.tellsGaps()) {
      return sink.offerControl(gapAfterLoss(evicted));
    }
    boolean isTold = evicted.lostThrough() <= log.lostThrough();
    Subscriber told = subscriber;
    if (isTold && told != null) {
      told.overtaken();
    }
    return !isTold;
  }

  /** Pending means that it is being fetched. */
  private ReadResult read(long upTo) {
    Place place = new Place(position, lossToldThrough);
    Fetch begun = fetch;
    if (begun != null) {
      ReadResult fetched = stripe.coldReads().take(begun);
      isHolding = stripe.coldReads().isHeld(begun);
      if (fetched != null && begun.isFor(place)) {
        if (!isHolding && !(fetched instanceof Pending)) {
          fetch = null;
        }
        return fetched;
      }
      letGo();
    }
    ReadResult result = log.read(place, upTo, interest, BATCH);
    if (result instanceof Pending) {
      // Not the same object: one that is kept anywhere would be allocated on every pass.
      Place kept = new Place(position, lossToldThrough);
      Fetch next = new Fetch(kept, upTo, interest, this::wake);
      fetch = next;
      stripe.coldReads().begin(next);
      if (subscriber == null) {
        letGo(); // closed meanwhile, by one who may not have seen it
      }
    }
    return result;
  }

  private void letGo() {
    Fetch current = fetch;
    fetch = null;
    isHolding = false;
    if (current != null) {
      stripe.coldReads().close(current);
    }
  }

  private ServerSentEvent gapAfterLoss(Evicted evicted) {
    String requested = position < askedFor ? interest.start().requested() : null;
    if (requested == null) {
      requested = log.idAt(position).toString();
    }
    return ControlFrame.gap(log, evicted.resumeAfter(), requested, Reason.EVICTED);
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

  private void moveTo(long newPosition) {
    positionOf.lazySet(this, newPosition);
  }
}
