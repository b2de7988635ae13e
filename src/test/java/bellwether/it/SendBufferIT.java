package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.SseClientGroup;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code --send-buffer} is for: a reader that stops may not fill the kernel's memory. */
@Tag("soak")
class SendBufferIT {
  private static final int SMALL_BUFFER = 32_768;
  private static final int EVENT = 100_000;
  private static final int EVENTS = 80;

  @Test
  void boundsWhatTheKernelTakesForAReaderThatStops() {
    // Unbounded, Linux takes some megabytes by itself; so the difference is no matter of luck.
    assertThat(takenFor("16KiB")).isLessThan(5 * EVENT);
    assertThat(takenFor("2MiB")).isGreaterThan(15 * EVENT);
  }

  /** How many bytes were written for a reader that takes none, until it was cut. */
  private static long takenFor(String sendBuffer) {
    try (Bellwether server =
            Bellwether.start(
                Container.OWN,
                builder ->
                    builder
                        .connector("--send-buffer", sendBuffer)
                        .setting("bellwether.clock.interval", "1h")
                        .setting("bellwether.stall.timeout", "1s"));
        SseClientGroup slow = new SseClientGroup(SMALL_BUFFER)) {
      OpenStream stalled = OpenStream.open(slow, server.events("topic", "log/a")).opened();
      stalled.client().stopReading();
      long before = server.metric("bellwether_stream_bytes_total");
      for (int i = 0; i < EVENTS; i++) {
        server.publish("topic", "log/a", "data", "x".repeat(EVENT));
      }
      server.awaitOpenStreams(0, Bellwether.LIMIT);
      return server.metric("bellwether_stream_bytes_total") - before;
    }
  }
}
