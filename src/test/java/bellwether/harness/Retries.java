package bellwether.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

/** When many clients are to come back. */
public final class Retries {
  private Retries() {}

  /**
   * Fails unless the streams were told times all over this span, each its own. It takes some dozens
   * for chance never to look like a fault.
   *
   * @param which of the times that each was told, from 0
   */
  public static void assertSpread(
      List<OpenStream> streams, int which, Duration least, Duration most) {
    List<Duration> told =
        streams.stream().map(stream -> stream.recorder().retries().get(which)).toList();
    Duration quarter = most.minus(least).dividedBy(4);
    assertThat(told)
        .allMatch(retry -> retry.compareTo(least) >= 0 && retry.compareTo(most) <= 0)
        .anyMatch(retry -> retry.compareTo(least.plus(quarter)) < 0)
        .anyMatch(retry -> retry.compareTo(most.minus(quarter)) > 0);
    assertThat(told.stream().distinct().count())
        .as("different ones of %s", told)
        .isGreaterThan(streams.size() / 2);
  }
}
