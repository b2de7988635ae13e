package bellwether.hub;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.ReadResult;
import org.jspecify.annotations.Nullable;

/** One read that has to wait, on its way to a thread that may. */
final class Fetch {
  private static final int BATCH = 256; // entries asked of the log; each comes from afar

  private final EventLog log;
  private final long after;
  private final long forgiven;
  private final long upTo;
  private final EntryFilter wanted;
  private final Runnable wake;
  private volatile @Nullable ReadResult result;

  /**
   * @param wake has the reader come for the result
   */
  Fetch(EventLog log, long after, long forgiven, long upTo, EntryFilter wanted, Runnable wake) {
    this.log = log;
    this.after = after;
    this.forgiven = forgiven;
    this.upTo = upTo;
    this.wanted = wanted;
    this.wake = wake;
  }

  /**
   * Reads, and waits for it.
   *
   * @throws LogUnavailableException if the log cannot be read now
   */
  void run() {
    result = log.readSlowly(after, forgiven, upTo, wanted, BATCH);
  }

  void wake() {
    wake.run();
  }

  /** Null until it is there. */
  @Nullable ReadResult result() {
    return result;
  }

  boolean isFor(long position, long forgivenNow) {
    return after == position && forgiven == forgivenNow;
  }
}
