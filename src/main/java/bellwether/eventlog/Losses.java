package bellwether.eventlog;

import java.time.Instant;

/** What retention took: written by whoever drops a segment, before it is gone; read by anyone. */
final class Losses {
  /**
   * What is lost.
   *
   * @param through the newest position of an entry, no state, that is gone; 0 if none is
   * @param at when that one was appended
   */
  record Loss(long through, Instant at) {
    static final Loss NONE = new Loss(0, Instant.MIN);
  }

  private volatile Loss latest;

  Losses(Loss latest) {
    this.latest = latest;
  }

  Loss latest() {
    return latest;
  }

  long through() {
    return latest.through();
  }

  void note(Loss loss) {
    latest = loss;
  }
}
