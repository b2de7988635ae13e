package bellwether.stream;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.Exchange;
import bellwether.observe.CloseReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams and polls in whose opening an error comes, at each step once: nothing is left of any. */
class OpeningErrorTest {
  @ParameterizedTest
  @EnumSource
  void leavesNothingOfAStream(OpeningWorld.Kind kind) {
    int step = 1;
    while (isCaught(new OpeningWorld(step), world -> world.open(kind))) {
      step++;
    }
    assertThat(step).isGreaterThan(25);
  }

  @Test
  void leavesNothingOfAPoll() {
    int step = 1;
    while (isCaught(new OpeningWorld(step), OpeningWorld::poll)) {
      step++;
    }
    assertThat(step).isGreaterThan(20);
  }

  @Test
  void leavesNothingOfAStreamThatCannotBeToldOf() {
    OpeningWorld world = new OpeningWorld(Integer.MAX_VALUE);

    Exchange exchange =
        world.open(
            OpeningWorld.Kind.STREAM_OF_MERCURE,
            () -> {
              throw new OpeningWorld.NoMemory(Integer.MAX_VALUE);
            });

    world.assertNothingIsLeft(exchange);
  }

  private interface Opening {
    Exchange with(OpeningWorld world);
  }

  /** Returns false if the opening has fewer steps. */
  private static boolean isCaught(OpeningWorld world, Opening opening) {
    Exchange exchange = opening.with(world);
    if (!world.hasThrown()) {
      assertThat(world.registry.size()).isEqualTo(1);
      world.registry.forEach(open -> open.close(CloseReason.CUT));
    }
    boolean isCaught = world.hasThrown();
    world.assertNothingIsLeft(exchange);
    return isCaught;
  }
}
