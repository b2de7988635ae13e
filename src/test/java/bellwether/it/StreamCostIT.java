package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.BodySink;
import bellwether.harness.CollectingSink;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.ServerMemory;
import bellwether.harness.SseClient;
import bellwether.harness.SseClientGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stream may cost a container: counted, in bytes and in pieces, not timed. */
@Tag("soak")
@ParameterizedClass
@EnumSource
class StreamCostIT {
  private static final long KIB = 1024;
  private static final int STREAMS = 1_000;

  private static final Bellwether.Shared servers =
      new Bellwether.Shared(settings -> settings.setting("bellwether.clock.interval", "1h"));

  private final Container container;
  private final Bellwether server;

  StreamCostIT(Container container) {
    this.container = container;
    this.server = servers.on(container);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  /**
   * Jetty keeps a buffer outside the heap for each response that byte arrays were written to, of 32
   * KiB if nobody says otherwise.
   */
  @Test
  void aStreamThatHadAnEventHoldsLittleMemory() {
    server.awaitOpenStreams(0, Bellwether.LIMIT);
    ServerMemory before = server.process().memory();
    try (SseClientGroup group = new SseClientGroup()) {
      List<OpenStream> streams = new ArrayList<>();
      for (int i = 0; i < STREAMS; i++) {
        streams.add(OpenStream.open(group, server.events("topic", "log/one")).opened());
      }
      server.publish("topic", "log/one", "data", "x".repeat(200));
      streams.forEach(OpenStream::next);
      ServerMemory each = server.process().memory().perStream(before, STREAMS);
      assertThat(each.direct()).isLessThan(6 * KIB);
      assertThat(each.heap()).isLessThan(mostHeap() * KIB);
    }
  }

  /** On our own server nothing of the request is kept, nor of the server's connection. */
  private long mostHeap() {
    if (container == Container.OWN) {
      return 4;
    }
    // Tomcat has buffers of its own for each connection, open for whatever purpose.
    return container.isJetty() ? 24 : 160;
  }

  /**
   * Jetty writes in pieces as large as the response's buffer. A write larger than Tomcat's buffer
   * makes the response unready, though the client takes all, and costs a change of threads.
   */
  @Test
  void aReplayIsWrittenInFewPieces() {
    int events = 256;
    String topic = "log/replay";
    for (int i = 0; i < events; i++) {
      server.publish("topic", topic, "data", i + "x".repeat(1_000));
    }
    long tasksBefore = server.process().tasks();
    PieceCounter pieces = new PieceCounter();
    try (SseClient client =
        SseClient.open(
            server.events("topic", topic, "lastEventId", "earliest"), Map.of(), pieces)) {
      Await.until(
          "the last event",
          Bellwether.LIMIT,
          () -> pieces.text().contains("data: 255x") || client.hasEnded());
      assertThat(pieces.count()).isLessThan(160);
      // One to take the request, one to let it be written to.
      assertThat(server.process().tasks() - tasksBefore).isLessThan(6);
    }
  }

  /** Counts what the client is given piece by piece. */
  private static final class PieceCounter implements BodySink {
    private final CollectingSink all = new CollectingSink();
    private int count;

    @Override
    public synchronized void body(byte[] piece) {
      all.body(piece);
      count++;
    }

    synchronized int count() {
      return count;
    }

    synchronized String text() {
      return all.text();
    }
  }
}
