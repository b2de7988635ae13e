package bellwether.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.ReadResult.Evicted;
import org.junit.jupiter.api.Test;

class RetainedStatesTest {

  /** A loss is told of before the segment that is lost leaves the list. */
  @Test
  void whoIsToldOfALossGoesOnBehindItAlsoWhileTheOldestIsBeingDropped() {
    RetainedStates states = new RetainedStates();
    for (long oldest : new long[] {1, 5, 6}) {
      assertThat(states.readBeforeLoss(5, 0, 10, oldest, entry -> true, 10))
          .isEqualTo(new Evicted(5, 5));
    }
    assertThat(states.readBeforeLoss(5, 0, 10, 9, entry -> true, 10)).isEqualTo(new Evicted(5, 8));
  }
}
