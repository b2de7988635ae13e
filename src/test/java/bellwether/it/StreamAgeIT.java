package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.StreamClient;
import bellwether.wire.MessageEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stream that has reached its age ends in order, and its client goes on where it was. */
@Tag("soak")
class StreamAgeIT {
  private static final int EVENTS = 300;

  @ParameterizedTest
  @EnumSource
  void aClientThatComesBackEachTimeItsStreamHasGrownOldGetsEveryEventOnce(Container container) {
    try (Bellwether server =
        Bellwether.start(
            container,
            builder ->
                builder
                    .setting("bellwether.streams.age", "1s")
                    .setting("bellwether.heartbeat", "200ms")
                    .setting("bellwether.retry", "1ms")
                    .setting("bellwether.clock.interval", "1h"))) {
      List<String> got = new ArrayList<>();
      String last = "earliest";
      int ended = 0;
      int published = 0;
      while (ended < 3 || got.size() < EVENTS) {
        try (OpenStream stream = server.stream("topic", "log", "lastEventId", last)) {
          MessageEvent event;
          do {
            for (int i = 0; i < EVENTS / 10 && published < EVENTS; i++) {
              server.publish("topic", "log", "data", "n" + published++);
            }
            event = stream.next();
            if (event.type().equals("message")) {
              got.add(event.data());
            }
            last = event.lastEventId().isEmpty() ? last : event.lastEventId();
          } while (!event.type().equals("shutdown"));
          assertThat(stream.awaitEnd()).isEqualTo(StreamClient.End.COMPLETE);
          ended++;
        }
      }
      assertThat(got).isEqualTo(IntStream.range(0, EVENTS).mapToObj(i -> "n" + i).toList());
      assertThat(server.metric("bellwether_streams_open")).isZero();
      assertThat(server.metric("bellwether_streams_closed_total")).isEqualTo(ended);
    }
  }
}
