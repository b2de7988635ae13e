package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.BodySink;
import bellwether.harness.Container;
import bellwether.harness.EventRecorder;
import bellwether.harness.ServerProcess;
import bellwether.harness.SseClient;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A container that compresses whatever it may holds no event back. */
@Tag("soak")
class CompressionIT {
  private static final Map<String, String> HEADERS = Map.of("Accept-Encoding", "gzip");

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN")
  void eventsComeOneByOneThroughTheContainersCompression(Container container) {
    try (Bellwether server =
        Bellwether.start(container, settings -> compressing(container, settings))) {
      assertThat(server.get("stocks.html", "Accept-Encoding", "gzip").headers().map())
          .containsKey("content-encoding");
      String topic = "log/" + UUID.randomUUID();
      EventRecorder recorder = new EventRecorder();
      Unzipped unzipped = new Unzipped(recorder);
      try (SseClient client = SseClient.open(server.events("topic", topic), HEADERS, unzipped)) {
        boolean isZipped = client.headers().containsKey("content-encoding");
        // Jetty's own choice of types leaves streams alone: see deployment.md.
        assertThat(isZipped).isEqualTo(container != Container.JETTY_12_1);
        unzipped.begin(isZipped);
        Await.until("the opening", Bellwether.LIMIT, () -> recorder.events().size() == 1);
        for (int i = 0; i < 20; i++) { // none is followed by another before it has come
          server.publish("topic", topic, "data", "event " + i);
          int expected = 2 + i;
          Await.until("event " + i, Bellwether.LIMIT, () -> recorder.events().size() == expected);
        }
      }
      assertThat(server.process().log()).doesNotContain("WARNING", "SEVERE", "Exception");
    }
  }

  private static ServerProcess.Builder compressing(
      Container container, ServerProcess.Builder server) {
    server.setting("bellwether.heartbeat", "1h").setting("bellwether.clock.interval", "1h");
    return container == Container.JETTY_12_1
        ? server.connector("compression", "on")
        : server
            .connector("compression", "force")
            .connector("compressibleMimeType", "text/html,text/event-stream");
  }

  /** Undoes the compression, if there is any, as the bytes come. */
  private static final class Unzipped implements BodySink {
    private static final int GZIP_HEADER = 10; // bytes, as both containers write it

    private final BodySink target;
    private final Inflater inflater = new Inflater(true);

    // Guarded by this.
    private final ByteArrayOutputStream early = new ByteArrayOutputStream();
    private int headerLeft = GZIP_HEADER;
    private boolean isZipped;
    private boolean hasBegun;

    Unzipped(BodySink target) {
      this.target = target;
    }

    /** Until the headers have been seen, nobody knows what the bytes mean. */
    synchronized void begin(boolean zipped) {
      isZipped = zipped;
      hasBegun = true;
      body(early.toByteArray());
    }

    @Override
    public synchronized void body(byte[] piece) {
      if (!hasBegun) {
        early.writeBytes(piece);
      } else if (isZipped) {
        int skipped = Math.min(headerLeft, piece.length);
        headerLeft -= skipped;
        inflate(Arrays.copyOfRange(piece, skipped, piece.length));
      } else {
        target.body(piece);
      }
    }

    private void inflate(byte[] piece) {
      byte[] out = new byte[8192];
      inflater.setInput(piece);
      try {
        for (int n = inflater.inflate(out); n > 0; n = inflater.inflate(out)) {
          target.body(Arrays.copyOf(out, n));
        }
      } catch (DataFormatException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
