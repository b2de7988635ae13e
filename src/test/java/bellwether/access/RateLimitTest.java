package bellwether.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
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

  /** Two servers that tell each other every two seconds what a client took there. */
  private final class Pair {
    final RateLimit a = new RateLimit(Duration.ofMillis(100), 10, () -> now);
    final RateLimit b = new RateLimit(Duration.ofMillis(100), 10, () -> now);
    private Map<String, Integer> atA = Map.of();
    private Map<String, Integer> atB = Map.of();

    Pair() {
      a.share(who -> atB.getOrDefault(who, 0));
      b.share(who -> atA.getOrDefault(who, 0));
    }

    /** Has a client take all that it may for so many seconds; returns how much that was. */
    int takeAll(int seconds, boolean fromA, boolean fromB) {
      int taken = 0;
      for (int i = 1; i <= seconds * 100; i++) {
        taken += fromA && a.take("c", 1).isZero() ? 1 : 0;
        taken += fromB && b.take("c", 1).isZero() ? 1 : 0;
        pass(Duration.ofMillis(10));
        if (i % 200 == 0) {
          Map<String, Integer> newAtA = a.report();
          atB = b.report();
          atA = newAtA;
        }
      }
      return taken;
    }
  }

  @Test
  void serversThatShareALimitAllowItsRateTogether() {
    Pair pair = new Pair();
    int atOnce = pair.takeAll(4, true, true);
    assertThat(atOnce).as("two bursts, until they know of each other").isLessThan(100);
    assertThat(pair.takeAll(60, true, true)).isBetween(500, 660);
  }

  @Test
  void aClientOfOneServerHasTheWholeRateThereAndTakesItAlongToAnother() {
    Pair pair = new Pair();
    assertThat(pair.takeAll(60, true, false)).isBetween(590, 620);
    pair.takeAll(10, false, true);
    assertThat(pair.takeAll(60, false, true)).isBetween(590, 610);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }
}
