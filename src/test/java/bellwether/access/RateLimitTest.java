package bellwether.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private long now = Long.MAX_VALUE - 1_000_000_000; // the clock may wrap
  private final RateLimit limit = new RateLimit(Duration.ofMillis(100), 10, () -> now);

  @Test
  void aBurstIsFreeThenOneForEachInterval() {
    for (int i = 0; i < 10; i++) {
      assertThat(limit.take("a", 1)).isZero();
    }
    assertThat(limit.take("a", 1)).isEqualTo(Duration.ofMillis(100));
    pass(Duration.ofMillis(99));
    assertThat(limit.take("a", 1)).isEqualTo(Duration.ofMillis(1));
    pass(Duration.ofMillis(1));
    assertThat(limit.take("a", 1)).isZero();
    assertThat(limit.take("a", 1)).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void whatIsRefusedCostsNothing() {
    assertThat(limit.take("a", 10)).isZero();
    for (int i = 0; i < 100; i++) {
      assertThat(limit.take("a", 1)).isEqualTo(Duration.ofMillis(100));
    }
  }

  @Test
  void moreThanABurstIsPaidForLater() {
    assertThat(limit.take("a", 25)).isZero();
    assertThat(limit.take("a", 1)).isEqualTo(Duration.ofMillis(1600));
    pass(Duration.ofMillis(1600));
    assertThat(limit.take("a", 1)).isZero();
    assertThat(limit.take("a", 25)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void eachHasItsOwn() {
    assertThat(limit.take("a", 10)).isZero();
    assertThat(limit.take("b", 10)).isZero();
  }

  @Test
  void aFloodOfNamesFillsNoMemory() {
    assertThat(limit.take("first", 10)).isZero();
    for (int i = 0; i < 10_000; i++) {
      assertThat(limit.take("name " + i, 1)).isZero();
    }
    assertThat(limit.take("first", 1)).as("it has been forgotten").isZero();
    assertThat(limit.take("name 9999", 10)).isPositive();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }
}
