package bellwether.hub;

import java.time.Duration;

/**
 * The settings of the fan-out.
 *
 * @param stripes in how many shares subscribers are served side by side; one for each core is right
 * @param gathering shortest time from one turn of a stripe to its next, so that events that come
 *     thick and fast are written together; the first after a pause never waits. Zero for none
 */
public record FanOut(int stripes, Duration gathering) {

  /** Over so many stripes, without gathering. */
  public static FanOut over(int stripes) {
    return new FanOut(stripes, Duration.ZERO);
  }
}
