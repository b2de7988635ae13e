package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.wire.MessageEvent;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The log outlives the process, however that ends, and a client goes on where it was. */
@Tag("soak")
@ParameterizedClass
@EnumSource(names = {"OWN", "TOMCAT_11"})
class DurableLogIT {
  private static final int MANY = 300; // more than is in memory

  private static final Bellwether.Shared servers =
      new Bellwether.Shared(
          server ->
              server
                  .setting("bellwether.clock.interval", "1h")
                  .setting("bellwether.retained", "state/{+name}")
                  .setting("bellwether.log.sync", "always")
                  .setting("bellwether.log.memory", "64KiB"));

  private final Bellwether server;

  DurableLogIT(Container container) {
    server = servers.on(container);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void whoeverWasThereBeforeGoesOnAfterAKillAndAfterAStop() {
    server.publish("topic", "state/a", "data", "old");
    String first = server.publish("topic", "log/a", "data", "0");
    server.publish("topic", "log/a", "data", "own", "id", "urn:mine");
    for (int i = 1; i < MANY; i++) {
      server.publish("topic", i % 3 == 0 ? "log/b" : "log/a", "data", Integer.toString(i));
    }
    server.publish("topic", "state/a", "data", "new");
    String keyed = publishOnce();

    server.killAndStart();
    assertThat(publishOnce()).as("the same again").isEqualTo(keyed);
    String afterKill = server.publish("topic", "log/a", "data", "after the kill");
    assertThat(afterKill.substring(0, 11)).as("the epoch").isNotEqualTo(first.substring(0, 11));
    goesOnAfter(first);
    server.stopAndStart();
    String afterStop = server.publish("topic", "log/a", "data", "after the stop");
    assertThat(afterStop.substring(0, 11)).isEqualTo(afterKill.substring(0, 11));
    goesOnAfter(first);

    try (OpenStream stream =
        server.stream(Map.of("Last-Event-ID", "urn:mine"), "topic", "log/a", "topic", "log/b")) {
      assertThat(stream.header("last-event-id")).isEqualTo("urn:mine");
      assertThat(stream.nextData(3)).containsExactly("1", "2", "3");
    }
    try (OpenStream stream = server.stream("topic", "state/{name}")) {
      MessageEvent event = stream.next();
      assertThat(event.data()).isEqualTo("new");
      assertThat(event.lastEventId()).as("the cursor event brings the first id").isEmpty();
    }
    try (OpenStream stream = server.stream("topic", "log/a", "since", "1h")) {
      assertThat(stream.nextData(3)).containsExactly("0", "own", "1");
    }
    assertThat(server.metric("bellwether_gaps_total")).isZero();
  }

  private String publishOnce() {
    return server.postForm("topic=log%2Fonce&data=x", "Idempotency-Key", "one").body();
  }

  private void goesOnAfter(String id) {
    List<String> expected =
        IntStream.range(1, MANY).filter(i -> i % 3 != 0).mapToObj(Integer::toString).toList();
    try (OpenStream stream = server.stream(Map.of("Last-Event-ID", id), "topic", "log/a")) {
      assertThat(stream.header("last-event-id")).isEqualTo(id);
      assertThat(stream.next().data()).isEqualTo("own");
      assertThat(stream.nextData(expected.size())).isEqualTo(expected);
      assertThat(stream.next().data()).isEqualTo("after the kill");
    }
  }
}
