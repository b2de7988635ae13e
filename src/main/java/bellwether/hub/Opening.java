package bellwether.hub;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.hub.Gap.Reason;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a subscription: its place in the log, and the events before the log's: a gap if
 * its id is unknown, the retained states, and a cursor event. Confined to the subscriber's thread.
 */
final class Opening {
  /*
   * A client that is cut off during the opening comes back with the id that it had before, or
   * without one, and the opening begins again: only its last event, the cursor event, has an id.
   * With the id of a state the client would resume at a place long before it came. But where
   * clients get no cursor event, the states have their ids: without any id, the client would miss
   * the events published until it comes back.
   */
  private static final int BATCH = 64; // entries asked of the log at a time
  private static final String EARLIEST = "earliest";

  /** The stages of an opening; a stream goes down this list, from the stage at which it opens. */
  private enum Stage {
    /** A gap event, because the client's id is unknown here. */
    UNKNOWN_ID,
    /** The retained states as they were when the stream opened. */
    STATE,
    /** A cursor event: from here the log begins. */
    START,
    /** Everything is written. */
    WRITTEN
  }

  private final Interest interest;
  private final EventLog log;
  private final HubListener listener;
  private final Pace pace;

  private final Beginning beginning;
  private final boolean isFresh; // also if its id is unknown
  private final boolean hasCursor; // whether the subscriber is sent cursor events
  private final @Nullable String lastEventIdHeader;
  private Stage stage;
  private long stateRead; // the position up to which states have been written

  /**
   * The beginning of the log for a subscriber.
   *
   * @param place the place after which all entries are due; its losses were not asked about, or the
   *     header tells of them
   * @param lost the position up to which entries were lost when the stream opened
   * @param isHead whether no entry was due when the stream opened
   */
  record Beginning(Place place, long lost, boolean isHead) {
    long position() {
      return place.after();
    }
  }

  /**
   * Finds the beginning. The subscriber must be known to the fan-out by then: see {@link Cursor}.
   */
  Opening(Interest interest, EventLog log, HubListener listener, Pace pace) {
    this.interest = interest;
    this.log = log;
    this.listener = listener;
    this.pace = pace;
    this.hasCursor = interest.cursorData() != null;
    if (interest.start() instanceof StartingPoint.Earliest) {
      // With the id of a state from before the lost entries, a client would resume there and get a
      // gap.
      long lost = log.lostThrough(0); // and what lies before a part that its store has lost is kept
      beginning = new Beginning(new Place(hasCursor ? lost : 0, lost), lost, false);
      stage = hasCursor ? Stage.STATE : Stage.WRITTEN;
      isFresh = false;
      lastEventIdHeader = EARLIEST;
    } else if (interest.start() instanceof StartingPoint.After after) {
      long known = positionOf(after.lastEventId());
      isFresh = known < 0;
      beginning = isFresh ? head() : at(known);
      lastEventIdHeader =
          isFresh || isLossy(beginning) ? EARLIEST : headerFor(after.lastEventId(), known);
      stage = isFresh ? firstOfUnknown() : firstOfResumed();
    } else if (interest.start() instanceof StartingPoint.Since since) {
      beginning = at(log.positionBefore(since.time()));
      isFresh = false;
      lastEventIdHeader = isLossy(beginning) ? EARLIEST : null;
      stage = firstOfResumed();
    } else {
      beginning = head();
      stage = Stage.STATE;
      isFresh = true;
      lastEventIdHeader = null;
    }
    boolean isAsked = interest.start() instanceof StartingPoint.Earliest;
    if (isToldByHeader() && EARLIEST.equals(lastEventIdHeader) && !isAsked) {
      listener.gap();
    }
  }

  Beginning beginning() {
    return beginning;
  }

  @Nullable String lastEventIdHeader() {
    return lastEventIdHeader;
  }

  /** Writes the opening; returns whether the sink has taken all of it. */
  boolean write(EventSink sink) {
    if (stage == Stage.UNKNOWN_ID && sink.offerGap(gap())) {
      listener.gap();
      stage = Stage.STATE;
    }
    if (stage == Stage.STATE && writeState(sink)) {
      stage = isFresh && hasCursor ? Stage.START : Stage.WRITTEN;
    }
    if (stage == Stage.START && writeStart(sink)) {
      stage = Stage.WRITTEN;
    }
    return stage == Stage.WRITTEN;
  }

  /** Returns whether only the response's header tells of a loss. */
  private boolean isToldByHeader() {
    return !interest.tellsGaps() && !interest.isGoingOn();
  }

  private Stage firstOfUnknown() {
    return interest.tellsGaps() ? Stage.UNKNOWN_ID : Stage.STATE;
  }

  private Stage firstOfResumed() {
    return interest.allRetained() ? Stage.STATE : Stage.WRITTEN;
  }

  private boolean writeStart(EventSink sink) {
    Supplier<String> data = interest.cursorData();
    return data == null
        || sink.offerCursor(ControlFrame.cursor(log.idAt(beginning.position()), data.get()));
  }

  private Beginning head() {
    return new Beginning(Place.at(log.newest()), 0, true);
  }

  private Beginning at(long position) {
    long lost = log.lostThrough(position);
    return new Beginning(new Place(position, isToldByHeader() ? lost : 0), lost, false);
  }

  private static boolean isLossy(Beginning beginning) {
    return beginning.lost() > beginning.position();
  }

  /**
   * Returns the position of an id; -1 if it is unknown here. A publisher's id names only events
   * that this subscriber may read and has asked for, so that it does not learn whether others
   * exist.
   */
  private long positionOf(String lastEventId) {
    return log.find(lastEventId, interest) instanceof Lookup.Found found ? found.position() : -1;
  }

  /**
   * Returns the header's value for an id after which everything follows: the client's text,
   * unchanged.
   */
  private String headerFor(String lastEventId, long position) {
    return Publication.canComeBack(lastEventId) ? lastEventId : log.idAt(position).toString();
  }

  /**
   * Returns the gap; its id, if it has one, is that of the place at which the log begins: no state
   * follows then.
   */
  private Gap gap() {
    boolean isLast =
        !hasCursor && log.readRetained(0, beginning.position(), states(), 1).entries().isEmpty();
    String requested = interest.start() instanceof StartingPoint.After a ? a.lastEventId() : "";
    Long before = isLast ? beginning.position() : null;
    return Gap.in(log, before, requested, Reason.UNKNOWN);
  }

  /**
   * Returns a filter of the states to write. A stream that was changed has some already; but not if
   * it is at a place that is unknown now, since the log has lost what was there.
   */
  private EntryFilter states() {
    return isFresh ? interest : interest.states();
  }

  /** Writes the retained states; returns whether the sink has taken all of them. */
  private boolean writeState(EventSink sink) {
    while (stateRead < beginning.position()) {
      Batch batch = log.readRetained(stateRead, beginning.position(), states(), BATCH);
      for (LogEntry entry : batch.entries()) {
        if (!sink.offerState(entry, isFresh && !hasCursor)) {
          return false;
        }
        stateRead = entry.position();
        listener.delivered(1);
        pace.passed(); // these are the states of this interval
      }
      stateRead = batch.reached();
    }
    return true;
  }
}
