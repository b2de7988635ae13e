package bellwether.eventlog.shared;

import bellwether.eventlog.NewestPart;
import bellwether.eventlog.Place;
import bellwether.eventlog.RetainedStates;
import bellwether.eventlog.Ring;
import bellwether.eventlog.shared.SharedStore.Mark;

/**
 * What this node knows of the shared log. It is replaced as a whole, so that a reader that holds
 * one sees entries and states that belong together.
 *
 * @param newest the entries and states in memory. Between entries that follow each other there is
 *     no hole: where the store has one, another ring begins
 * @param hole the positions before the ring that no entry has
 * @param mark what the store last said
 */
record View(NewestPart newest, Hole hole, Mark mark) {
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
    return new View(newest, hole, newer);
  }
}
