package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.ServerProcess;
import bellwether.harness.SseClientGroup;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The server's own idle time-out, which a stream outlives. */
class IdleTimeoutIT {
  private static final int IDLE_TIMEOUT = 500; // milliseconds
  private static final int BEATS = 15; // of each stream
  private static final int OTHERS = 100;

  @Test
  void aStreamOutlivesItAndLeavesNothingForItToFind() {
    try (Bellwether server = Bellwether.start(Container.OWN, IdleTimeoutIT::settings);
        SseClientGroup group = new SseClientGroup()) {
      List<OpenStream> others = new ArrayList<>();
      for (int i = 0; i < OTHERS; i++) {
        others.add(OpenStream.open(group, server.events("topic", "log/a")).opened());
      }
      try (OpenStream stream = server.stream("topic", "log/a").opened()) {
        long before = server.metric("bellwether_stream_writes_total");
        Await.until(
            "heartbeats for longer than the time-out",
            Bellwether.LIMIT,
            () -> server.metric("bellwether_stream_writes_total") >= before + BEATS * OTHERS);
        server.publish("topic", "log/a", "data", "still here");
        assertThat(stream.next().data()).isEqualTo("still here");
      }
      others.forEach(other -> other.client().reset());
      server.awaitOpenStreams(0, Bellwether.LIMIT);
      assertThat(server.process().log()).doesNotContain("WARNING", "SEVERE", "Exception");
    }
  }

  private static ServerProcess.Builder settings(ServerProcess.Builder server) {
    return server
        .setting("bellwether.clock.interval", "1h") // its events would make heartbeats of news
        .setting("bellwether.heartbeat", "200ms") // written within 100 to 200 ms
        .connector("idleTimeout", Integer.toString(IDLE_TIMEOUT));
  }
}
