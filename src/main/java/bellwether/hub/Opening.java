package bellwether.hub;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.hub.ControlFrame.Reason;
import bellwether.wire.ServerSentEvent;
import org.jspecify.annotations.Nullable;

/**
 * Where in the log a subscriber begins, and what it is sent before that: that its id is unknown,
 * the retained state, and a cursor event. Confined to the subscriber's thread.
 */
final class Opening {
  private static final int BATCH = 64; // entries asked of the log at a time

  /** What comes next; a stream goes down this list, from where it opens. */
  private enum Stage {
    /** Say that the client's id is unknown here. */
    UNKNOWN_ID,
    /** The retained state as it was when the stream opened. */
    STATE,
    /** A cursor event: from here the log begins. */
    START,
    /** All is written. */
    WRITTEN
  }

  private final Interest interest;
  private final EventLog log;
  private final HubListener listener;
  private final Pace pace;

  private final Place place;
  private final boolean stateMovesCursor; // whether it is written with its ids
  private final @Nullable String lastEventIdHeader;
  private Stage stage;
  private long stateRead; // how far the retained state has been written

  /**
   * Where the log begins for a subscriber.
   *
   * @param position everything after it is due
   * @param forgiven losses up to here were not asked about
   * @param isHead whether nothing was due when the stream opened
   */
  record Place(long position, long forgiven, boolean isHead) {}

  /** Finds the place. The subscriber must be known to the fan-out by then: see {@link Cursor}. */
  Opening(Interest interest, EventLog log, HubListener listener, Pace pace) {
    this.interest = interest;
    this.log = log;
    this.listener = listener;
    this.pace = pace;
    if (interest.start() instanceof StartingPoint.Earliest) {
      place = new Place(0, log.lostThrough(), false);
      stage = Stage.WRITTEN;
      stateMovesCursor = true;
      lastEventIdHeader = "earliest";
    } else if (interest.start() instanceof StartingPoint.After after) {
      long known = positionOf(after.lastEventId());
      boolean isKnown = known >= 0;
      place = isKnown ? new Place(known, 0, false) : head();
      // With its id, a state older than the client's cursor would move that back.
      stateMovesCursor = !isKnown;
      boolean isComplete = isKnown && log.lostThrough() <= known;
      lastEventIdHeader = isComplete ? headerFor(after.lastEventId(), known) : "earliest";
      stage = isKnown ? firstOfResumed() : Stage.UNKNOWN_ID;
    } else if (interest.start() instanceof StartingPoint.Since since) {
      place = new Place(log.positionBefore(since.time()), 0, false);
      stateMovesCursor = false;
      lastEventIdHeader = null;
      stage = firstOfResumed();
    } else {
      place = head();
      stage = Stage.STATE;
      stateMovesCursor = true;
      lastEventIdHeader = null;
    }
  }

  Place place() {
    return place;
  }

  @Nullable String lastEventIdHeader() {
    return lastEventIdHeader;
  }

  /** Returns whether all of it has been taken. */
  boolean write(EventSink sink) {
    if (stage == Stage.UNKNOWN_ID && sink.offerControl(gap())) {
      listener.gap();
      stage = Stage.STATE;
    }
    if (stage == Stage.STATE && writeState(sink)) {
      stage = stateMovesCursor ? Stage.START : Stage.WRITTEN;
    }
    if (stage == Stage.START && writeStart(sink)) {
      stage = Stage.WRITTEN;
    }
    return stage == Stage.WRITTEN;
  }

  private Stage firstOfResumed() {
    return interest.allRetained() ? Stage.STATE : Stage.WRITTEN;
  }

  private boolean writeStart(EventSink sink) {
    String data = interest.cursorData();
    return data == null || sink.offerControl(ControlFrame.cursor(log.idAt(place.position()), data));
  }

  private Place head() {
    return new Place(log.newest(), 0, true);
  }

  /**
   * The position of an id; -1 when it is unknown here. A publisher's id names what this subscriber
   * may read and has asked for, and nothing else: that others' exists is not told.
   */
  private long positionOf(String lastEventId) {
    return log.find(lastEventId, interest) instanceof Lookup.Found found ? found.position() : -1;
  }

  /**
   * What the header says of an id after which everything follows; it has to come back unchanged.
   */
  private String headerFor(String lastEventId, long position) {
    return Publication.canComeBack(lastEventId) ? lastEventId : log.idAt(position).toString();
  }

  private ServerSentEvent gap() {
    Batch first = log.readRetained(0, place.position(), interest, 1);
    long before =
        first.entries().isEmpty() ? place.position() : first.entries().get(0).position() - 1;
    String requested = interest.start() instanceof StartingPoint.After a ? a.lastEventId() : "";
    return ControlFrame.gap(log, before, requested, Reason.UNKNOWN);
  }

  /** Returns whether all of it was taken. */
  private boolean writeState(EventSink sink) {
    while (stateRead < place.position()) {
      Batch batch = log.readRetained(stateRead, place.position(), interest.states(), BATCH);
      for (LogEntry entry : batch.entries()) {
        if (!sink.offerState(entry, stateMovesCursor)) {
          return false;
        }
        stateRead = entry.position();
        listener.delivered(1);
        pace.passed(); // these are this interval's
      }
      stateRead = batch.reached();
    }
    return true;
  }
}
