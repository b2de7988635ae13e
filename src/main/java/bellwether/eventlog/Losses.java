package bellwether.eventlog;

import java.time.Instant;

/**
 * The record of the entries that retention dropped: written before a segment is deleted, by the
 * thread that drops it; read by any thread.
 */
public final class Losses {
  /**
   * A loss of entries to retention.
   *
   * @param through the newest position of a lost event (retained entries do not count); 0 if none
   *     is lost
   * @param at the latest time of any lost event, by the clock at that time
   */
  public record Loss(long through, Instant at) {
    public static final Loss NONE = new Loss(0, Instant.MIN);

    /** Returns this loss together with a later one. */
    public Loss and(Loss later) {
      return later.through <= through
          ? this
          : new Loss(later.through, at.isAfter(later.at) ? at : later.at);
    }
  }

  private volatile Loss latest;

  public Losses(Loss latest) {
    this.latest = latest;
  }

  public Loss latest() {
    return latest;
  }

  public long through() {
    return latest.through();
  }

  public void note(Loss loss) {
    latest = loss;
  }
}
