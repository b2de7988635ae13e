package bellwether.hub;

import bellwether.eventlog.LogEntry;

/**
 * The pace at which one subscriber wants retained states. Events of a log topic are never held
 * back: such an event releases the retained events older than itself, so that ids do not go
 * backwards; newer ones wait. The fan-out calls {@link #note} and {@link #release}, any thread
 * calls {@link #close}, and the subscriber calls the rest.
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

  /** Returns the position up to which the log must be written at once, whether due or not. */
  long releaseTo();

  /**
   * Notes an entry; returns whether the subscriber has to be woken for it now.
   *
   * @param first whether the subscriber had nothing to poll for before
   */
  boolean note(LogEntry entry, boolean first);

  /**
   * Releases everything up to a position, whether due or not, because it may have events of log
   * topics.
   */
  void release(long position);

  /** Notes that everything was written just now. */
  void passed();

  /** Starts a timer that wakes the subscriber when it is due. */
  void arm();

  /** Starts no more timers; a timer that still runs will wake no subscriber. */
  void close();
}
