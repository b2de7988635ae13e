package bellwether.hub;

import bellwether.hub.ModelHub.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One reader of the model: what it must be sent, at each poll, to the letter. */
final class ModelReader {
  /** What one frame says; the id is that of a position, or a publisher's, or null. */
  record Frame(String what, @Nullable String id) {
    /** One with the id of a position, or without an id for a negative one. */
    static Frame at(String what, long position) {
      return new Frame(what, position < 0 ? null : Long.toString(position));
    }
  }

  private final ModelHub hub;
  private final Interest interest;
  private final boolean paced;
  private final boolean tellsCursor;
  private final boolean tellsGaps;

  // The opening, from top to bottom.
  private boolean gapUnknown;
  private final Deque<Entry> state = new ArrayDeque<>();
  private boolean stateWithIds = true;
  private boolean start;

  private final @Nullable String header;
  private long startsAt;
  private long cursor;
  private boolean caughtUp;
  private long noted; // if it had caught up before: it need not look beyond
  private long lossToldThrough;
  private boolean overtaken;
  private long dueAt;
  private long releaseTo;

  ModelReader(ModelHub hub, Interest interest, long now) {
    this.hub = hub;
    this.interest = interest;
    this.paced = !interest.interval().isZero();
    this.dueAt = now;
    this.header = header(interest.start());
    this.tellsGaps = interest.tellsGaps();
    this.tellsCursor = interest.cursorData() != null;
    if (interest.start() instanceof StartingPoint.Earliest) {
      lossToldThrough = hub.lostThrough;
      if (tellsCursor) {
        stateWithIds = false;
        cursor = hub.lostThrough;
        state.addAll(matching(hub.state(), cursor));
      }
      return;
    }
    long known = known(interest.start());
    if (known >= 0) {
      cursor = known;
      lossToldThrough = tellsGaps ? 0 : hub.lostThrough; // by the header
      stateWithIds = false;
      if (interest.allRetained()) {
        state.addAll(matching(hub.state(), known));
      }
      return;
    }
    cursor = hub.newest();
    caughtUp = true;
    gapUnknown = tellsGaps && interest.start() instanceof StartingPoint.After;
    state.addAll(matching(hub.state(), cursor));
    stateWithIds =
        !tellsCursor; // what comes last moves the client's id: the cursor, if there is one
    start = tellsCursor;
    startsAt = cursor;
  }

  /** The fan-out looked at everything up to the newest entry. */
  void examined(long before) {
    for (long p = Math.max(before, cursor) + 1; p <= hub.newest(); p++) {
      if (!hub.at(p).retained() && covers(hub.at(p)) && p > hub.lostThrough) {
        releaseTo = p;
      }
    }
    long unseen = Math.max(hub.lostThrough, hub.newest() - hub.inMemory);
    boolean isOvertaken = unseen > Math.max(cursor, before);
    if (isOvertaken && unseen > hub.lostThrough) {
      releaseTo = Math.max(releaseTo, unseen); // there may be events of logs among them
    }
    if (!caughtUp && noted == 0) {
      return;
    }
    if (caughtUp) {
      cursor = Math.max(cursor, before);
    }
    if (isOvertaken) {
      caughtUp = false; // the fan-out was overtaken: each reader looks for itself
      noted = unseen;
    }
    for (long p = Math.max(before, unseen) + 1; p <= hub.newest(); p++) {
      if (p > cursor && concerns(hub.at(p))) {
        cursor = caughtUp ? p - 1 : cursor;
        caughtUp = false;
        noted = p;
      }
    }
    cursor = caughtUp ? hub.newest() : cursor;
  }

  /**
   * The reader looked at the log before the fan-out told it to: that is allowed, it is only not
   * needed.
   */
  void looksEarly() {
    caughtUp = false;
  }

  /** The reader had to have something fetched: then it looks at all there is. */
  void fetches() {
    noted = 0;
  }

  /** What a poll must offer, when the sink takes at most {@code limit} frames. */
  List<Frame> poll(int limit, long now) {
    List<Frame> frames = new ArrayList<>();
    state.removeIf(entry -> !hub.isLatest(entry, hub.newest())); // the newer one comes as news
    if (gapUnknown && frames.size() < limit) {
      frames.add(Frame.at("gap unknown", tellsCursor || !state.isEmpty() ? -1 : startsAt));
      gapUnknown = false;
    }
    while (!state.isEmpty() && frames.size() < limit) {
      Entry entry = state.remove();
      frames.add(stateWithIds ? frame(entry) : new Frame(name(entry), null));
      dueAt = now + interest.interval().toNanos();
    }
    if (start && frames.size() < limit) {
      frames.add(Frame.at("cursor", startsAt));
      start = false;
    }
    if (gapUnknown || start || !state.isEmpty()) {
      return frames;
    }
    boolean due = !paced || now >= dueAt;
    if (caughtUp || (!due && releaseTo <= cursor)) {
      return frames;
    }
    long head = hub.newest();
    long end = noted > 0 ? Math.min(head, noted) : head;
    noted = 0;
    long upTo = due ? end : Math.min(end, releaseTo);
    while (cursor < upTo) {
      // It stands in the place of the last that is lost: so whoever has been told is behind it.
      boolean lost = hub.lostThrough == cursor + 1 && hub.lostThrough > lossToldThrough;
      Entry next = hub.at(cursor + 1);
      boolean write =
          hub.isKept(next) && covers(next) && (!next.retained() || hub.isLatest(next, head));
      if (lost && !tellsGaps) {
        overtaken = true;
        return frames;
      }
      if ((lost || write) && frames.size() == limit) {
        return frames;
      }
      if (lost) {
        lossToldThrough = hub.lostThrough;
        cursor = hub.firstKeptAfter(lossToldThrough) - 1;
        frames.add(Frame.at("gap evicted", cursor));
      } else {
        if (write) {
          frames.add(frame(next));
        } else if (hub.isKept(next) && covers(next)) {
          hub.conflated++;
        }
        cursor++;
      }
    }
    if (due && paced) {
      dueAt = now + interest.interval().toNanos();
    }
    caughtUp = due || upTo == end;
    return frames;
  }

  /** Whether the client may be told that it has had everything up to there. */
  boolean owesNothingUpTo(long position) {
    for (long p = cursor + 1; p <= position; p++) {
      if (concerns(hub.at(p)) || (hub.lostThrough >= p && !caughtUp)) {
        return false;
      }
    }
    return !gapUnknown && !start && state.isEmpty();
  }

  /** Whether its stream is to end, so that the next response tells of what is lost. */
  boolean isOvertaken() {
    return overtaken;
  }

  /** Whether the header tells of a loss that nothing else does. */
  boolean isToldByHeader() {
    boolean isAsked = interest.start() instanceof StartingPoint.Earliest;
    return !tellsGaps && !isAsked && "earliest".equals(header);
  }

  /** Whether the client has not yet been told of a place: cut off here, it begins anew. */
  boolean isOpening() {
    return tellsCursor && (gapUnknown || start || (!state.isEmpty() && !stateWithIds));
  }

  /** Where the reader would resume if its client knew everything that it was due. */
  boolean isCaughtUp() {
    return caughtUp && !gapUnknown && !start && state.isEmpty();
  }

  /** What the response's header says: the id that was asked for, if nothing after it is lost. */
  @Nullable String header() {
    return header;
  }

  private @Nullable String header(StartingPoint start) {
    if (start instanceof StartingPoint.After after) {
      return known(start) >= hub.lostThrough ? after.lastEventId() : "earliest";
    }
    return start instanceof StartingPoint.Earliest ? "earliest" : null;
  }

  private long known(StartingPoint start) {
    if (start instanceof StartingPoint.After after) {
      int hyphen = after.lastEventId().lastIndexOf('-');
      boolean ours = after.lastEventId().startsWith(HubModelTest.EPOCH_MARK);
      return ours
          ? Long.parseLong(after.lastEventId().substring(hyphen + 1))
          : hub.find(after.lastEventId(), this::covers);
    }
    return -1;
  }

  private List<Entry> matching(List<Entry> state, long upTo) {
    return state.stream().filter(e -> e.position() <= upTo && covers(e)).toList();
  }

  /** A state that was replaced and has left the ring meanwhile is nobody's concern. */
  private boolean concerns(Entry entry) {
    return covers(entry) && hub.isKept(entry);
  }

  private boolean covers(Entry entry) {
    boolean isAskedFor = entry.topics().stream().anyMatch(interest.topics()::matches);
    return isAskedFor && mayRead(entry);
  }

  private boolean mayRead(Entry entry) {
    Granted granted = (Granted) interest.mayReadPrivate();
    return !entry.isPrivate() || granted.mayRead(entry.topics());
  }

  private static Frame frame(Entry entry) {
    String ownId = entry.ownId();
    return ownId == null ? Frame.at(name(entry), entry.position()) : new Frame(name(entry), ownId);
  }

  private static String name(Entry entry) {
    return "e" + entry.position();
  }
}
