package bellwether.eventlog.file;

import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Losses;
import bellwether.eventlog.RetainedStates;
import bellwether.eventlog.Ring;
import java.util.List;

/**
 * The contents of a log in files: the index of the entries on the disk, and the entries in memory.
 *
 * @param ring the newest entries
 * @param retained the latest entry of each retained topic, for each reader that may read it
 * @param carried the retained entries whose segment is gone
 * @param losses the entries that retention dropped
 */
record LogContents(
    Segments segments, Ring ring, RetainedStates retained, CarriedStates carried, Losses losses) {

  /**
   * Prepares to show entries: does everything that can fail, while no reader sees them yet.
   *
   * @param group the appends that will come next in the newest segment
   */
  void prepare(List<Appending> group) {
    retained.tidy(carried::remove);
    long next = ring.newest() + 1;
    for (Appending appending : group) {
      for (LogEntry entry : appending.entries) {
        if (entry.position() != next) {
          throw new IllegalStateException(entry.position() + " is to follow " + (next - 1));
        }
        if (entry.isRetained()) {
          retained.prepare(entry);
        }
        next++;
      }
    }
    segments.prepare(group);
  }

  /** Forgets all entries that are prepared and not shown. Cannot fail. */
  void abandonPrepared() {
    retained.abandonPrepared();
  }

  /**
   * Makes prepared entries visible, which are now the last ones of the newest segment. Allocates
   * nothing, and cannot fail. For one thread at a time.
   */
  void show(Appending appended) {
    for (int i = 0; i < appended.entries.size(); i++) {
      LogEntry entry = appended.entries.get(i);
      segments.add(entry, appended.topicNumbers[i], appended.records.get(i).length);
      if (entry.isRetained()) {
        retained.show(entry);
      }
      ring.add(entry); // last: now it can be read
    }
    appended.becomeVisible();
  }
}
