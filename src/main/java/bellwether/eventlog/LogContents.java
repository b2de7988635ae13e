package bellwether.eventlog;

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

  /** Makes entries visible that now are the newest segment's last. One thread at a time. */
  void show(Appending appended) {
    for (int i = 0; i < appended.entries.size(); i++) {
      LogEntry entry = appended.entries.get(i);
      segments.add(entry, appended.records.get(i).length);
      if (entry.isRetained()) {
        states.put(entry).forEach(carried::remove);
      }
      ring.add(entry); // last: now it can be read
    }
    appended.becomeVisible();
  }
}
