package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.Retries;
import bellwether.harness.ServerProcess;
import bellwether.harness.SseClientGroup;
import bellwether.harness.StreamClient;
import bellwether.wire.MessageEvent;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Going out of service: readiness first, then each stream with a word of its own; and back. */
@Tag("soak")
class DrainIT {
  private static final int STREAMS = 50;
  private static final Duration WINDOW = Duration.ofSeconds(2);
  private static final int SMALL_BUFFER = 32_768; // else the kernel hides a stalled reader

  /** The delay is longer than any test: what is seen in it is not seen by luck. */
  private static ServerProcess.Builder settings(Container container, ServerProcess.Builder server) {
    return server
        .setting("bellwether.drain.delay", "5m")
        .setting("bellwether.drain.window", WINDOW.toSeconds() + "s")
        .connector(
            container.isJetty() ? "acceptedSendBufferSize" : "socket.txBufSize",
            Integer.toString(SMALL_BUFFER));
  }

  @ParameterizedTest
  @EnumSource
  void readinessGoesFirstThenEveryStreamAndItIsTakenBackUntilTheServerIsKilled(
      Container container) {
    try (Bellwether server = Bellwether.start(container, builder -> settings(container, builder));
        SseClientGroup group = new SseClientGroup();
        SseClientGroup slow = new SseClientGroup(SMALL_BUFFER)) {
      List<OpenStream> streams = open(server, group);
      OpenStream stalled = stalled(server, slow);
      assertNobodyDrainsWithoutTheKey(server);

      CompletableFuture<HttpResponse<String>> delayed =
          CompletableFuture.supplyAsync(() -> drain(server, "POST", ""));
      server.awaitReadiness(503);
      assertThat(server.get("health/ready").body()).contains("\"streams\":\"DRAINING\"");
      streams.add(OpenStream.open(group, server.events("topic", "log/news")).opened());
      assertAllGetWhatIsPublished(server, streams);
      assertThat(drain(server, "GET", "").body())
          .isEqualTo("{\"state\":\"leaving\",\"open\":" + (STREAMS + 2) + "}");

      HttpResponse<String> answer = drain(server, "POST", "delay=0s");

      // Whichever of the two comes first ends all streams, and the other one finds none.
      String drained =
          "\\{\"state\":\"drained\",\"open\":0,\"told\":%d,\"cut\":%d,\"millis\":\\d+}";
      assertThat(
              List.of(
                  answer.body(), Await.value("the first answer", Bellwether.LIMIT, delayed).body()))
          .satisfiesExactlyInAnyOrder(
              one -> assertThat(one).matches(drained.formatted(STREAMS + 2, 1)),
              other -> assertThat(other).matches(drained.formatted(0, 0)));
      assertEndWithAWord(streams);
      assertRefused(server);
      assertThat(server.metric("bellwether_draining")).isEqualTo(1);

      assertThat(drain(server, "DELETE", "").body())
          .isEqualTo("{\"state\":\"serving\",\"open\":0}");

      assertThat(server.get("health/ready").statusCode()).isEqualTo(200);
      stalled.client().reset();
      List<OpenStream> again = open(server, group);
      assertAllGetWhatIsPublished(server, again);
      assertThat(server.process().log()).doesNotContain("WARNING", "SEVERE", "Exception");

      server.process().kill();
      assertComeBackInTheirOwnTimeWithoutAWord(again);
    }
  }

  /** The server that the WAR comes with answers until all streams have ended. */
  @Test
  void toldToStopItSaysThatItIsNotReadyBeforeItEndsStreams() {
    try (Bellwether server =
            Bellwether.start(Container.OWN, builder -> settings(Container.OWN, builder));
        SseClientGroup group = new SseClientGroup()) {
      List<OpenStream> streams = open(server, group);

      ProcessHandle.of(server.process().pid()).orElseThrow().destroy(); // SIGTERM
      server.awaitReadiness(503);
      assertAllGetWhatIsPublished(server, streams);
      assertThat(drain(server, "DELETE", "").statusCode()).isEqualTo(409);
      drain(server, "POST", "delay=0s"); // enough of it

      assertEndWithAWord(streams);
      server.process().terminate();
      assertThat(server.process().log())
          .contains("STOPPED")
          .doesNotContain("WARNING", "SEVERE", "Exception");
    }
  }

  private static List<OpenStream> open(Bellwether server, SseClientGroup group) {
    List<OpenStream> streams = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      streams.add(OpenStream.open(group, server.events("topic", "log/news")).opened());
    }
    return streams;
  }

  /** One whose client takes nothing while there is something for it. */
  private static OpenStream stalled(Bellwether server, SseClientGroup slow) {
    OpenStream stalled = OpenStream.open(slow, server.events("topic", "log/large")).opened();
    stalled.client().stopReading();
    server.publish("topic", "log/large", "data", "x".repeat(1_000_000));
    Await.until(
        "its being written to",
        Bellwether.LIMIT,
        () -> server.metric("bellwether_events_delivered_total") == 1);
    return stalled;
  }

  private static HttpResponse<String> drain(Bellwether server, String method, String form) {
    HttpResponse<String> answer =
        server.send(
            server
                .request("admin/drain")
                .header("Authorization", "Bearer " + Bellwether.KEY)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .method(method, BodyPublishers.ofString(form)));
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    return answer;
  }

  private static void assertAllGetWhatIsPublished(Bellwether server, List<OpenStream> streams) {
    server.publish("topic", "log/news", "data", "still here");
    streams.forEach(stream -> assertThat(stream.next().data()).isEqualTo("still here"));
  }

  private static void assertEndWithAWord(List<OpenStream> streams) {
    for (OpenStream stream : streams) {
      assertThat(stream.awaitEnd()).isEqualTo(StreamClient.End.COMPLETE);
      assertThat(stream.rest()).extracting(MessageEvent::type).containsExactly("shutdown");
    }
    Retries.assertSpread(streams, 1, WINDOW.dividedBy(10), WINDOW);
  }

  private static void assertNobodyDrainsWithoutTheKey(Bellwether server) {
    for (String method : List.of("GET", "POST", "DELETE")) {
      HttpResponse<String> answer =
          server.send(server.request("admin/drain").method(method, BodyPublishers.noBody()));
      assertThat(answer.statusCode()).isEqualTo(401);
    }
    assertThat(server.get("health/ready").statusCode()).isEqualTo(200);
  }

  /** By what each was told as it opened. */
  private static void assertComeBackInTheirOwnTimeWithoutAWord(List<OpenStream> streams) {
    for (OpenStream stream : streams) {
      assertThat(stream.awaitEnd()).isEqualTo(StreamClient.End.CUT);
      assertThat(stream.recorder().retries()).hasSize(1);
    }
    Retries.assertSpread(streams, 0, Duration.ofMillis(1_500), Duration.ofMillis(4_500));
  }

  /** In the way after which a browser comes back. */
  private static void assertRefused(Bellwether server) {
    try (OpenStream refused = server.stream("topic", "log/news")) {
      assertThat(refused.client().status()).isEqualTo(200);
      assertThat(refused.header("content-type")).startsWith("text/event-stream");
      assertThat(refused.awaitEnd()).isEqualTo(StreamClient.End.COMPLETE);
      assertThat(refused.recorder().text()).matches(":\nretry: \\d+\n");
      assertThat(refused.recorder().retries().get(0)).isLessThanOrEqualTo(WINDOW);
    }
  }
}
