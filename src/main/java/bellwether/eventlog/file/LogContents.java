package bellwether.eventlog.file;

import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Losses;
import bellwether.eventlog.RetainedStates;
import bellwether.eventlog.Ring;
import java.util.List;

/**
 * What a log in files has: what is on the disk, as far as memory knows it, and what is in memory.
 *
 * @param ring the newest entries
 * @param states the latest of each retained topic, for each that may read it
 * @param carried those of them whose segment is gone
 * @param losses what retention took
 */
record LogContents(
    Segments segments, Ring ring, RetainedStates states, CarriedStates carried, Losses losses) {

  /**
   * Does all that can fail of showing entries, of which nobody sees anything yet.
   *
   * @param group what is to be the newest segment's next
   */
  void prepare(List<Appending> group) {
    states.tidy(carried::remove);
    long next = ring.newest() + 1;
    for (Appending appending : group) {
      for (LogEntry entry : appending.entries) {
        if (entry.position() != next) {
          throw new IllegalStateException(entry.position() + " is to follow " + (next - 1));
        }
        if (entry.isRetained()) {
          states.prepare(entry);
        }
        next++;
      }
    }
    segments.prepare(group);
  }

  /** Gives up what is prepared and not shown. Cannot fail. */
  void abandonPrepared() {
    states.abandonPrepared();
  }

  /**
   * Makes entries visible that are prepared, and now are the newest segment's last. Allocates
   * nothing, and cannot fail. One thread at a time.
   */
  void show(Appending appended) {
    for (int i = 0; i < appended.entries.size(); i++) {
      LogEntry entry = appended.entries.get(i);
      segments.add(entry, appended.topicNumbers[i], appended.records.get(i).length);
      if (entry.isRetained()) {
        states.show(entry);
      }
      ring.add(entry); // last: now it can be read
    }
    appended.becomeVisible();
  }
}
