package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.Jcmd;
import bellwether.harness.OpenStream;
import bellwether.harness.Retries;
import bellwether.harness.ServerProcess;
import bellwether.harness.SseClientGroup;
import bellwether.harness.StreamClient;
import bellwether.harness.TemporaryDirectory;
import bellwether.wire.MessageEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams that the server ends or refuses end in order, with word of when to come back. */
@Tag("soak")
class StreamEndIT {
  private static final int STREAMS = 100;
  private static final Duration WINDOW = Duration.ofSeconds(8);

  @ParameterizedTest
  @EnumSource
  void undeployingEndsEveryStreamWithAWordAndLeavesNothingBehind(Container container) {
    try (Bellwether server = Bellwether.start(container, StreamEndIT::settings);
        SseClientGroup group = new SseClientGroup()) {
      List<OpenStream> streams = open(server, group);
      refusesOneMore(server);

      long start = System.nanoTime();
      server.process().undeploy();
      assertEndWithAWord(streams);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(WINDOW);

      assertThat(Jcmd.threads(server.process().pid()))
          .contains("\"main\"")
          .doesNotContain("bellwether", "HikariPool", "MVStore", "H2 ");
      assertThat(server.process().log()).doesNotContain("WARNING", "SEVERE", "Exception");
    }
  }

  @ParameterizedTest
  @EnumSource
  void beingToldToStopEndsEveryStreamAtOnce(Container container) {
    try (TemporaryDirectory data = TemporaryDirectory.create("bellwether-tables");
        Bellwether server =
            Bellwether.start(
                container,
                builder -> settings(builder).setting("bellwether.database.url", tablesIn(data)));
        SseClientGroup group = new SseClientGroup()) {
      List<OpenStream> streams = open(server, group);
      long start = System.nanoTime();
      server.process().terminate();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      if (container == Container.JETTY_12_1) {
        // It closes all connections before it tells us; a client resumes by its id.
        streams.forEach(stream -> assertThat(stream.awaitEnd()).isEqualTo(StreamClient.End.CUT));
      } else {
        assertEndWithAWord(streams);
      }
      assertThat(server.process().log()).doesNotContain("WARNING", "SEVERE", "Exception");
    }
  }

  /**
   * Tables as they are outside demo mode: else H2 itself closes them when the process is told to
   * stop, and a feed that looks before it is closed warns of it.
   */
  private static String tablesIn(TemporaryDirectory data) {
    return "jdbc:h2:file:"
        + data.path().resolve("tables")
        + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
  }

  private static ServerProcess.Builder settings(ServerProcess.Builder server) {
    return server
        .setting("bellwether.streams.max", Integer.toString(STREAMS))
        .setting("bellwether.drain.window", WINDOW.toSeconds() + "s");
  }

  private static List<OpenStream> open(Bellwether server, SseClientGroup group) {
    List<OpenStream> streams = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      streams.add(OpenStream.open(group, server.events("topic", "log/" + i)).opened());
    }
    return streams;
  }

  /** Any status but 200 would keep a browser from ever coming back. */
  private static void refusesOneMore(Bellwether server) {
    try (OpenStream refused = server.stream("topic", "log/one-too-many")) {
      assertThat(refused.client().status()).isEqualTo(200);
      assertThat(refused.awaitEnd()).isEqualTo(StreamClient.End.COMPLETE);
      assertThat(refused.header("content-type")).startsWith("text/event-stream");
      assertThat(refused.recorder().text()).matches(":\nretry: \\d+\n");
      assertThat(refused.recorder().retries().get(0))
          .isGreaterThanOrEqualTo(Duration.ofSeconds(15));
    }
    assertThat(server.metric("bellwether_streams_refused_total")).isEqualTo(1);
    assertThat(server.metric("bellwether_streams_open")).isEqualTo(STREAMS);
  }

  private static void assertEndWithAWord(List<OpenStream> streams) {
    for (OpenStream stream : streams) {
      assertThat(stream.awaitEnd()).isEqualTo(StreamClient.End.COMPLETE);
      List<MessageEvent> events = stream.recorder().events();
      assertThat(events).last().extracting(MessageEvent::type).isEqualTo("shutdown");
      assertThat(stream.recorder().retries()).hasSize(2);
    }
    Retries.assertSpread(streams, 1, WINDOW.dividedBy(10), WINDOW);
  }
}
