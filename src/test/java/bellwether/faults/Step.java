package bellwether.faults;

import bellwether.harness.proxy.Strike;
import java.time.Duration;

/**
 * One thing that happens in a run.
 *
 * @param pause before it
 * @param target the number of the reader or publisher that it happens to; the next one that has a
 *     connection, if that one has none
 * @param strike what happens to a connection; its amount says how much, for what the server meets
 */
record Step(Duration pause, Kind kind, int target, Strike strike) {
  enum Kind {
    /** A reader's connection is struck. */
    READER,
    /** A publisher's connection is struck. */
    PUBLISHER,
    /** One more reader comes. */
    NEWCOMER,
    /** The server is killed ({@code kill -9}) and started again. */
    KILL,
    /** The server is told to stop, and started again. */
    RESTART,
    /** The disk that the server's data are on is full, for a time. */
    FULL_DISK,
    /** For a time no sync of the log succeeds. */
    FAILING_SYNCS,
    /** For a time each sync of the log takes long. */
    SLOW_SYNCS,
    /** The server's clock is set ahead or back. */
    CLOCK_JUMP,
    /** Another process tries to open the same data, twice. */
    SECOND_PROCESS,
    /** The server runs with little heap until it has none left, and is then started as before. */
    FULL_HEAP
  }
}
