package bellwether.eventlog.shared;

import bellwether.eventlog.NewestPart;
import bellwether.eventlog.RetainedStates;
import bellwether.eventlog.Ring;
import bellwether.eventlog.shared.SharedStore.Mark;

/**
 * What this node knows of the shared log. It is replaced as a whole, so that a reader that holds
 * one sees entries and states that belong together.
 *
 * @param newest the entries and states in memory. Between entries that follow each other there is
 *     no hole: where the store has one, another ring begins
 * @param mark what the store last said
 */
record View(NewestPart newest, Mark mark) {
  Ring ring() {
    return newest.ring();
  }

  RetainedStates retained() {
    return newest.retained();
  }

  View with(Mark newer) {
    return new View(newest, newer);
  }
}
