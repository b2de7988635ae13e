package bellwether.stream;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.exchange.FailedRequests;
import bellwether.fixtures.FakeResponse;
import bellwether.observe.CloseReason;
import bellwether.observe.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConnectionRegistryTest {
  private final Metrics metrics = new Metrics();
  private final ConnectionRegistry registry = new ConnectionRegistry(2, metrics);

  @Test
  void takesUpSoManyAtATimeAndNoMore() {
    StreamConnection first = connection();
    assertThat(registry.hasRoom()).isTrue();
    assertThat(registry.add(first)).isTrue();
    assertThat(registry.hasRoom()).isTrue();
    assertThat(registry.add(connection())).isTrue();
    assertThat(registry.hasRoom()).isFalse();
    assertThat(registry.add(connection())).isFalse();
    assertThat(registry.size()).isEqualTo(2);

    registry.remove(first, CloseReason.GONE, null);
    registry.remove(first, CloseReason.GONE, null);
    assertThat(registry.size()).isEqualTo(1);
    assertThat(registry.add(connection())).isTrue();
    assertThat(registry.add(connection())).isFalse();
  }

  @Test
  void visitsEachThatItHasTakenUp() {
    StreamConnection taken = connection();
    registry.add(taken);
    List<HeldExchange> visited = new ArrayList<>();
    registry.forEach(visited::add);
    for (int slot = 0; slot < ConnectionRegistry.SLOTS; slot++) {
      registry.forEachInSlot(slot, visited::add);
    }

    assertThat(visited).containsExactly(taken, taken);
  }

  @Test
  void takesUpAndCountsNoneOnceItIsClosed() {
    registry.close();

    assertThat(registry.add(connection())).isFalse();
    assertThat(registry.size()).isZero();
    assertThat(metrics.text()).contains("bellwether_streams_opened_total 0.0");
  }

  @Test
  void takesUpMoreOnceItIsOpenAgain() {
    StreamConnection connection = connection();
    registry.close();
    assertThat(registry.hasRoom()).isFalse();
    assertThat(registry.holds(connection)).isFalse();
    assertThat(metrics.text())
        .as("not for want of room")
        .contains("bellwether_streams_refused_total 0.0");

    registry.open();

    assertThat(registry.hasRoom()).isTrue();
    assertThat(registry.add(connection)).isTrue();
    assertThat(registry.holds(connection)).isTrue();
  }

  private StreamConnection connection() {
    FakeResponse response = new FakeResponse(new Random(1), 0);
    return new StreamConnection(
        new ContainerOutput(response, () -> {}, () -> {}),
        new byte[0],
        new StreamContext(
            registry, new FailedRequests(), metrics, Runnable::run, () -> 0, () -> Duration.ZERO),
        new StreamKey(0, 0));
  }
}
