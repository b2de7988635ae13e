package bellwether.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.Epochs.Epoch;
import java.util.List;
import org.junit.jupiter.api.Test;

class EpochsTest {
  private static final long FAR = 1_000_000_000;
  private static final Epoch FIRST = new Epoch("bw000000001", 1, 100);
  private static final Epoch AFTER_CRASH = new Epoch("bw000000002", 102, 150);
  private static final Epoch SHARED = new Epoch("bw000000003", FAR, Long.MAX_VALUE);

  private final Epochs epochs = new Epochs(List.of(FIRST, AFTER_CRASH, SHARED));

  @Test
  void onlyWhatLiesBetweenTwoLivesWasSkipped() {
    assertThat(epochs.areSkipped(151, FAR - 1)).isTrue();
    assertThat(epochs.areSkipped(150, FAR - 1)).as("an entry of the earlier life").isFalse();
    assertThat(epochs.areSkipped(151, FAR)).as("an entry of the later life").isFalse();
    assertThat(epochs.areSkipped(20, 30)).as("within a life").isFalse();
    assertThat(epochs.areSkipped(1, 1)).isFalse();
  }

  @Test
  void aSinglePositionIsLeftOutToTellOfACrash() {
    assertThat(epochs.areSkipped(101, 101)).isFalse();
  }

  @Test
  void countsNoSkippedPositions() {
    assertThat(epochs.countBetween(0, FAR)).isEqualTo(100 + 49 + 1);
    assertThat(epochs.countBetween(150, FAR + 1)).isEqualTo(2);
  }
}
