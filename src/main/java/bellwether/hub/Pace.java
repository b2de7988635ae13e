package bellwether.hub;

import bellwether.eventlog.LogEntry;

/**
 * How often one subscriber wants retained state. Events of a log are never held back: one that is
 * due releases the retained events older than itself, so that ids do not go backwards; newer ones
 * wait. {@link #note} and {@link #release} are the fan-out's, {@link #close} anyone's, the rest the
 * subscriber's.
 */
interface Pace {
  /** As fast as it goes. */
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

  /** Whether everything may be written now. */
  boolean isDue();

  /** Up to where the log must be written at once, due or not. */
  long releaseTo();

  /**
   * Returns whether the subscriber is to be woken for this entry now.
   *
   * @param first whether the subscriber had nothing to poll for before
   */
  boolean note(LogEntry entry, boolean first);

  /** Has everything up to there written, due or not: nobody knows what it is. */
  void release(long position);

  /** Notes that everything was written just now. */
  void passed();

  /** Has the subscriber woken when it is due. */
  void arm();

  /** Arms no more; a timer that runs still finds nobody to wake. */
  void close();
}
