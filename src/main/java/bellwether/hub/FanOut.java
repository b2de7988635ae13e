package bellwether.hub;

import java.time.Duration;

/**
 * The settings of the fan-out.
 *
 * @param stripes the number of shares in which subscribers are served side by side; use one for
 *     each core
 * @param gathering the shortest time from one turn of a stripe to its next, so that events in quick
 *     succession are written together; the first event after a pause never waits. Zero for none
 */
public record FanOut(int stripes, Duration gathering) {

  /** Returns settings with this number of stripes, without gathering. */
  public static FanOut over(int stripes) {
    return new FanOut(stripes, Duration.ZERO);
  }
}
