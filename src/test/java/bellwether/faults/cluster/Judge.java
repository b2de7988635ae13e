package bellwether.faults.cluster;

import bellwether.faults.Findings;
import bellwether.faults.Ids;
import bellwether.faults.NumberedEvent;
import bellwether.faults.Topic;
import bellwether.faults.Topics;
import bellwether.faults.Wrong;
import bellwether.faults.cluster.KeptLog.Lost;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds what one reader was sent against what the log has kept. One judge for each reader.
 *
 * <p>A reader gets what is kept, all of it, once and in order. It may also get what a fail-over
 * lost afterwards; then it is told by a gap before it goes on. It is told of no other gap.
 */
final class Judge implements Trail.Walk {
  private static final int MAX_REMEMBERED = 6;

  private final Trail trail;
  private final KeptLog kept;
  private final Findings findings;
  private final Verdict verdict;

  private final BitSet had; // of the events that are kept, by their index
  private final BitSet excused; // those that a gap passed over
  private final BitSet perhaps; // those that it got under a name, or got a lost one of that name
  private final Map<NumberedEvent, Boolean> named = new HashMap<>(); // and whether before a gap
  private final int[] states; // the number of each topic's state that came last
  private final Deque<String> lately = new ArrayDeque<>();
  private long start = -1; // what the reader asked for begins after this position
  private long at = -1; // the position that it has reached
  private long passedFrom = -1; // a gap has begun there, whose end has not been told; -1 if none
  private @Nullable Lost untold; // it has got something of this, and has not been told
  private boolean hasUntoldName; // likewise, by a publisher's id

  /** What was found that is not wrong, of all readers. Not thread-safe. */
  static final class Verdict {
    /** Events that readers got and a fail-over lost. */
    long lostAfterDelivery;

    /** Gaps of readers that had got something that was lost. */
    long neededGaps;

    /** Gaps of others, on nodes that had read something that was lost. */
    long otherGaps;

    /** Events that are kept, and that readers did not get because a gap passed them over. */
    long passedOver;
  }

  Judge(Trail trail, KeptLog kept, Topics topics, Findings findings, Verdict verdict) {
    this.trail = trail;
    this.kept = kept;
    this.findings = findings;
    this.verdict = verdict;
    this.had = new BitSet(kept.size());
    this.excused = new BitSet(kept.size());
    this.perhaps = new BitSet(kept.size());
    this.states = new int[topics.size()];
  }

  /** Walks the whole trail, and then looks for what is missing. */
  void judge() {
    trail.walk(this);
    close();
  }

  @Override
  public void step(Trail.Step step) {
    remember(step.toString());
    if (step instanceof Trail.Connected connected) {
      begins(Ids.position(connected.lastEventId()));
    } else if (step instanceof Trail.Moved moved) {
      begins(moved.position());
      moves(moved.position());
    } else if (step instanceof Trail.Gap gap) {
      told(gap);
    }
  }

  private void begins(long position) {
    if (start < 0 && position >= 0) {
      start = position;
      at = position;
    }
  }

  /** It has been told where it is, which tells of no event. */
  private void moves(long to) {
    if (passedFrom >= 0) {
      excuse(passedFrom, to);
      passedFrom = -1;
    } else if (to < at) {
      found(Wrong.ID_WENT_BACK, "from " + at + " to " + to);
    }
    reaches(to);
  }

  private void reaches(long to) {
    if (untold != null && to > untold.through()) {
      found(Wrong.UNTOLD, "no gap after " + untold + " before " + to);
      untold = null;
    }
    at = Math.max(at, to);
  }

  private void told(Trail.Gap gap) {
    boolean isNeeded = untold != null || hasUntoldName;
    boolean isPlaced = gap.position() >= 0;
    if (isNeeded) {
      verdict.neededGaps++;
    } else if (isPlaced ? kept.isLossBetween(at, gap.position()) : isOfLost(gap.requested())) {
      verdict.otherGaps++;
    } else {
      found(Wrong.NEEDLESS_GAP, gap.toString());
    }
    untold = null;
    hasUntoldName = false;
    named.replaceAll((event, isBefore) -> true);
    java.util.Arrays.fill(states, 0);
    if (isPlaced) {
      excuse(at, gap.position());
      at = Math.max(at, gap.position());
    } else {
      passedFrom = Math.max(at, 0);
    }
  }

  private boolean isOfLost(String id) {
    long position = Ids.position(id);
    return position < 0 || kept.isLostByLagging(position);
  }

  private void excuse(long after, long through) {
    int from = kept.indexOf(after);
    from = from < 0 ? -from - 1 : from + 1;
    int to = kept.indexOf(through);
    to = to < 0 ? -to - 1 : to + 1;
    if (from < to) {
      excused.set(from, to);
    }
  }

  @Override
  public void event(long position, Topic topic, int number) {
    NumberedEvent event = new NumberedEvent(topic, number);
    remember(topic.name() + " " + number + " at " + position);
    int index = kept.indexOf(position);
    if (index >= 0) {
      if (!kept.eventAt(index).equals(event)) {
        found(Wrong.TWO_IDS, position + " is also " + kept.eventAt(index));
        return;
      }
      have(index, position, event);
    } else if (kept.lostAround(position) == null) {
      found(Wrong.DAMAGED, "nothing was ever there");
      return;
    }
    begins(position - 1);
    if (position <= at) {
      found(Wrong.ID_WENT_BACK, "from " + at + " to " + position);
    }
    reaches(position);
    if (index < 0) {
      untold = kept.lostAround(position);
      verdict.lostAfterDelivery++;
    }
    states[topic.place()] = number;
  }

  private void have(int index, long position, NumberedEvent event) {
    if (had.get(index)) {
      found(Wrong.DOUBLED, event.topic().name() + " " + event.number());
    } else if (had.length() > index + 1) {
      found(Wrong.MISORDERED, position + " after " + kept.positionAt(had.length() - 1));
    }
    had.set(index);
  }

  @Override
  public void named(Topic topic, int number) {
    NumberedEvent event = new NumberedEvent(topic, number);
    remember(topic.name() + " " + number);
    long position = kept.positionOf(event);
    Boolean isBeforeGap = named.put(event, false);
    if (Boolean.FALSE.equals(isBeforeGap)) {
      found(Wrong.DOUBLED, topic.name() + " " + number);
    } else if (position < 0) {
      hasUntoldName = true;
      verdict.lostAfterDelivery++;
    } else if (kept.isLossBetween(at, position)) {
      // It was lost, perhaps, and its publisher, who had no answer, has repeated it.
      perhaps.set(kept.indexOf(position));
    } else {
      int index = kept.indexOf(position);
      if (isBeforeGap == null && had.length() > index + 1) {
        found(Wrong.MISORDERED, topic.name() + " " + number);
      }
      had.set(index);
      if (hasUntoldName && untold == null) {
        found(Wrong.UNTOLD, "no gap before " + topic.name() + " " + number);
        hasUntoldName = false;
      }
      reaches(Math.max(at, position));
    }
  }

  @Override
  public void state(Topic topic, int number) {
    remember("state " + topic.name() + " " + number);
    int index = kept.indexOf(kept.positionOf(new NumberedEvent(topic, number)));
    if (untold != null || hasUntoldName) { // it is sent again, in place of one that was lost
      if (index >= 0) {
        perhaps.set(index);
      }
    } else if (number < states[topic.place()]) {
      found(Wrong.MISORDERED, "state after number " + states[topic.place()]);
    }
    states[topic.place()] = number;
  }

  private void close() {
    if (start < 0) {
      found(Wrong.LOST, "its stream never opened");
      return;
    }
    int first = kept.indexOf(start);
    for (int i = first < 0 ? -first - 1 : first + 1; i < kept.size(); i++) {
      NumberedEvent event = kept.eventAt(i);
      Topic topic = event.topic();
      if (!trail.wants(topic) || had.get(i) || perhaps.get(i)) {
        continue;
      }
      if (topic.kind() == Topic.Kind.STATE) {
        boolean isLast = event.number() == kept.last(topic);
        if (isLast && states[topic.place()] != event.number()) {
          found(Wrong.LOST, "%s ends at %d".formatted(topic.name(), states[topic.place()]));
        }
      } else if (excused.get(i)) {
        verdict.passedOver++;
      } else {
        found(
            Wrong.LOST, "%s %d at %d".formatted(topic.name(), event.number(), kept.positionAt(i)));
      }
    }
    if (untold != null || hasUntoldName) {
      found(Wrong.UNTOLD, "no gap to the end after " + untold);
    }
  }

  private void remember(String what) {
    if (lately.size() == MAX_REMEMBERED) {
      lately.removeFirst();
    }
    lately.addLast(what);
  }

  private void found(Wrong what, String how) {
    findings.add(what, trail.name() + ": " + how + ", lately " + lately);
  }
}
