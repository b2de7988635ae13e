package bellwether.eventlog.shared;

import bellwether.eventlog.NewestPart;
import bellwether.eventlog.Place;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.RetainedStates;
import bellwether.eventlog.Ring;
import bellwether.eventlog.shared.SharedStore.Mark;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of the shared log. It is replaced as a whole, so that a reader that holds
 * one sees entries and states that belong together.
 *
 * @param newest the entries and states in memory. Between entries that follow each other there is
 *     no hole: where the store has one, another ring begins
 * @param hole the positions before the ring that no entry has
 * @param mark what the store last said
 * @param lost what this node had read and the store has lost, oldest first
 */
record View(NewestPart newest, Hole hole, Mark mark, List<LostPart> lost) {
  /** Positions that no entry has: those in {@code (after, through]}. */
  record Hole(long after, long through) {
    static final Hole NONE = new Hole(0, 0);

    private boolean has(long position) {
      return position >= after && position < through;
    }
  }

  /** Returns the place of a reader that need not look for entries where there are none. */
  Place past(Place place) {
    return hole.has(place.after()) ? new Place(hole.through, place.lossToldThrough()) : place;
  }

  Ring ring() {
    return newest.ring();
  }

  RetainedStates retained() {
    return newest.retained();
  }

  View with(Mark newer) {
    return new View(newest, hole, newer, lost);
  }

  /** Returns this view with other entries, and a hole before them. */
  View with(NewestPart others, Hole before) {
    return new View(others, before, mark, lost);
  }

  /**
   * Requires that what was read up to a position comes from a server that has all that this node
   * has read there. Each connection may lead to another server for a while: to a standby that is
   * behind, or to an older one of two primaries.
   */
  void requireNoOlder(Mark from, long upTo) throws StoreException {
    if (!from.epochs().isLife(mark.epochs().newest())
        || from.newest() < Math.min(upTo, mark.newest())) {
      throw new StoreException(
          "a server answered that lacks entries", new IOException("an older server"), false);
    }
  }

  /** Returns the newest position of what the store has lost; 0 if it has lost nothing. */
  long lostThrough() {
    return lost.isEmpty() ? 0 : lost.get(lost.size() - 1).hole().through();
  }

  /** Returns what the store has lost of what a reader at a place may have read. */
  @Nullable LostPart lostAt(long after) {
    for (int i = lost.size() - 1; i >= 0; i--) { // every pass over the log asks: no iterator
      LostPart part = lost.get(i);
      if (part.has(after)) {
        return part;
      }
    }
    return null;
  }

  /** Returns the place of a reader that need not be told of what the store has lost. */
  Place pastLost(Place place) {
    LostPart part = lostAt(place.after());
    return part == null ? place : new Place(part.hole().through(), place.lossToldThrough());
  }

  /** Moves a result that found nothing of what the store has lost to after that. */
  ReadResult pastLost(ReadResult result) {
    LostPart part = result instanceof Batch batch ? lostAt(batch.reached()) : null;
    return part == null ? result : part.reachingPast((Batch) result);
  }
}
