package bellwether.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RetryTest {
  private final Retry retry = new Retry(Duration.ofMillis(10), new Random(1));

  @Test
  void isSpreadFromHalfToOneAndAHalf() {
    assertThat(drawn(retry::next)).hasSize(11).startsWith(5L).endsWith(15L);
  }

  @Test
  void isTenTimesLaterForTheRefused() {
    assertThat(drawn(retry::nextWhenRefused)).hasSize(101).startsWith(50L).endsWith(150L);
  }

  @Test
  void isSpreadFromATenthOfAWindowToTheWholeOfIt() {
    assertThat(drawn(() -> retry.over(Duration.ofMillis(20))))
        .hasSize(19)
        .startsWith(2L)
        .endsWith(20L);
    assertThat(drawn(() -> retry.over(Duration.ofMillis(1)))).containsExactly(1L);
  }

  @Test
  void isTheUsualOneWithoutAWindow() {
    assertThat(drawn(() -> retry.over(Duration.ZERO))).hasSize(11).startsWith(5L).endsWith(15L);
  }

  private static NavigableSet<Long> drawn(Supplier<Duration> draw) {
    NavigableSet<Long> millis = new TreeSet<>();
    for (int i = 0; i < 10_000; i++) {
      millis.add(draw.get().toMillis());
    }
    return millis;
  }
}
