package bellwether.eventlog;

import java.time.Instant;

/** What retention took: written by whoever drops a segment, before it is gone; read by anyone. */
public final class Losses {
  /**
   * What is lost.
   *
   * @param through the newest position of an entry, no state, that is gone; 0 if none is
   * @param at the latest time of any of those, as the clock said then
   */
  public record Loss(long through, Instant at) {
    public static final Loss NONE = new Loss(0, Instant.MIN);

    /** With what was lost after it, if anything was. */
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
