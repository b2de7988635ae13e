package bellwether.hub;

import bellwether.eventlog.LogEntry;

/**
 * The pace at which one subscriber wants retained state. Events of a log are never held back: one
 * that is due releases the retained events older than itself, so that ids do not go backwards;
 * newer ones wait. {@link #note} and {@link #release} are the fan-out's, {@link #close} anyone's,
 * the rest the subscriber's.
 */
interface Pace {
  /** The pace of a subscriber that wants everything at once. */
  Pace NONE =
      new Pace() {
        @Override
        public boolean isDue() {
          return true;
        }

        @Override
        public long releaseTo() {
          return Long.MAX_VALUE;
        }

        @Override
        public boolean note(LogEntry entry, boolean first) {
          return first;
        }

        @Override
        public void release(long position) {}

        @Override
        public void passed() {}

        @Override
        public void arm() {}

        @Override
        public void close() {}
      };

  /** Returns whether everything may be written now. */
  boolean isDue();

  /** Up to where the log must be written at once, due or not. */
  long releaseTo();

  /**
   * Returns whether the subscriber is to be woken for this entry now.
   *
   * @param first whether the subscriber had nothing to poll for before
   */
  boolean note(LogEntry entry, boolean first);

  /** Releases everything up to a position, due or not: nobody knows what it is. */
  void release(long position);

  /** Notes that everything was written just now. */
  void passed();

  /** Schedules the subscriber to be woken when it is due. */
  void arm();

  /** Arms no more; a timer that runs still finds nobody to wake. */
  void close();
}
