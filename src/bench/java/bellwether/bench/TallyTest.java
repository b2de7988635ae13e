package bellwether.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TallyTest {
  private final Tally tally = new Tally(new long[] {10, 0});

  @Test
  void countsWhatComesInOrder() {
    assertThat(tally.take(0, 11)).isEqualTo(1);
    assertThat(tally.take(1, 1)).isEqualTo(1);
    assertThat(tally.take(0, 12)).isEqualTo(1);
    assertAccount(3, 0, 0, new long[] {12, 1});
  }

  @Test
  void missesWhatIsPassedOver() {
    assertThat(tally.take(0, 11)).isEqualTo(1);
    assertThat(tally.take(0, 14)).isEqualTo(3);
    assertAccount(2, 2, 0, new long[] {14, 0});
  }

  @Test
  void missesWhatHasNotComeInTheEnd() {
    tally.take(0, 11);
    assertAccount(1, 4 + 2, 0, new long[] {15, 2});
  }

  @Test
  void seesDoubles() {
    tally.take(0, 11);
    assertThat(tally.take(0, 11)).isZero();
    assertThat(tally.take(0, 3)).isZero();
    assertAccount(1, 0, 2, new long[] {11, 0});
  }

  @Test
  void takesALateEventForBothMissedAndDouble() {
    tally.take(0, 12);
    tally.take(0, 11);
    assertAccount(1, 1, 1, new long[] {12, 0});
  }

  @Test
  void goesOnWhereItWasWithANewAccount() {
    tally.take(0, 12);
    tally.take(0, 12);
    tally.reset();
    tally.take(0, 13);
    assertAccount(1, 0, 0, new long[] {13, 0});
  }

  private void assertAccount(long received, long lost, long doubles, long[] published) {
    assertThat(tally.received()).isEqualTo(received);
    assertThat(tally.lost(published)).isEqualTo(lost);
    assertThat(tally.doubles()).isEqualTo(doubles);
  }
}
