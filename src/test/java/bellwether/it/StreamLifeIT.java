package bellwether.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.ServerProcess;
import bellwether.harness.SseClientGroup;
import bellwether.wire.MessageEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An open stream stays open, and a client that left, in whatever way, is noticed and let go. */
@Tag("soak")
@ParameterizedClass
@EnumSource
class StreamLifeIT {
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);
  private static final Duration TWO_HEARTBEATS = HEARTBEAT.multipliedBy(2);
  private static final int SMALL_BUFFER = 32_768; // else the kernel hides a stalled reader

  private static final Bellwether.Shared servers = new Bellwether.Shared(StreamLifeIT::settings);

  private final Bellwether server;
  private final String topic = "log/" + UUID.randomUUID();

  StreamLifeIT(Container container) {
    server = servers.on(container);
  }

  /** Among them, that the container's own patience with a request ends after a second. */
  private static ServerProcess.Builder settings(Container container, ServerProcess.Builder server) {
    server
        .setting("bellwether.clock.interval", "1h")
        .setting("bellwether.heartbeat", HEARTBEAT.toMillis() + "ms")
        .setting("bellwether.stall.timeout", "5s");
    String buffer = Integer.toString(SMALL_BUFFER);
    return container.isJetty()
        ? server
            .setting("org.eclipse.jetty.ee10.servlet.ServletChannelState.DEFAULT_TIMEOUT", "1000")
            .connector("acceptedSendBufferSize", buffer)
        : server.connector("asyncTimeout", "1000").connector("socket.txBufSize", buffer);
  }

  @BeforeEach
  void startWithNoStreams() {
    server.awaitOpenStreams(0, Bellwether.LIMIT);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  /** How a client leaves. */
  enum Leaving {
    RESET,
    CLOSE;

    void leave(OpenStream stream) {
      if (this == RESET) {
        stream.client().reset();
      } else {
        stream.client().close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void noticesWithinTwoHeartbeatsThatAnIdleClientLeft(Leaving leaving) {
    OpenStream stream = server.stream("topic", topic).opened();
    server.awaitOpenStreams(1, Bellwether.LIMIT);
    leaving.leave(stream);
    server.awaitOpenStreams(0, TWO_HEARTBEATS);
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatLeavesInTheMiddleOfEventsDisturbsNobody(Leaving leaving) {
    try (OpenStream staying = server.stream("topic", topic).opened()) {
      OpenStream left = server.stream("topic", topic).opened();
      for (int i = 0; i < 100; i++) {
        if (i == 50) {
          leaving.leave(left);
        }
        server.publish("topic", topic, "data", i + "x".repeat(2_000));
      }
      server.awaitOpenStreams(1, TWO_HEARTBEATS);
      for (int i = 0; i < 100; i++) {
        assertThat(staying.next().data()).startsWith(i + "x");
      }
    }
    assertThat(server.process().log()).doesNotContain("WARNING", "SEVERE", "Exception");
  }

  @Test
  void cutsAReaderThatStallsWhileTheOthersGetEverything() {
    String data = "x".repeat(100_000);
    try (SseClientGroup live = new SseClientGroup();
        SseClientGroup slow = new SseClientGroup(SMALL_BUFFER)) {
      OpenStream stalled = OpenStream.open(slow, server.events("topic", topic)).opened();
      List<OpenStream> readers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        readers.add(OpenStream.open(live, server.events("topic", topic)).opened());
      }
      stalled.client().stopReading();
      for (int i = 0; i < 40; i++) {
        server.publish("topic", topic, "data", i + data);
      }
      for (OpenStream reader : readers) {
        for (int i = 0; i < 40; i++) {
          assertThat(reader.next().data()).isEqualTo(i + data);
        }
      }
      server.awaitOpenStreams(50, Bellwether.LIMIT);
      assertThat(server.metric("bellwether_streams_closed_total\\{reason=\"stalled\"}"))
          .isEqualTo(1);
      stalled.client().resumeReading();
      // Jetty resets the connection; Tomcat ends the response, more or less, once it is read.
      Await.until("the end of it", Bellwether.LIMIT, () -> stalled.client().hasEnded());
      List<MessageEvent> whole = stalled.rest();
      for (int i = 0; i < whole.size(); i++) {
        assertThat(whole.get(i).data()).isEqualTo(i + data);
      }
      List<MessageEvent> all = stalled.recorder().events();
      String last = all.get(all.size() - 1).lastEventId();
      try (OpenStream resumed = server.stream("topic", topic, "lastEventId", last)) {
        assertThat(resumed.next().data())
            .as("what follows the last it has got whole")
            .isEqualTo(whole.size() + data);
      }
    }
  }

  @Test
  void outlivesTheContainersPatienceAndBeatsMeanwhile() {
    try (OpenStream stream = server.stream("topic", topic).opened()) {
      // The first comment is the opening's; the container's default for requests is one second.
      Await.until(
          "three heartbeats", Duration.ofSeconds(10), () -> stream.recorder().comments() > 3);
      server.publish("topic", topic, "data", "still here");
      assertThat(stream.next().data()).isEqualTo("still here");
    }
  }

  @Test
  void aQuietStreamsCursorFollowsTheLogByHeartbeat() {
    try (OpenStream stream = server.stream("topic", topic).opened()) {
      String newest = server.publish("topic", "log/busy", "data", "not for this stream");
      assertThat(stream.next().type()).isEqualTo("cursor");
      assertThat(stream.recorder().events()).last().extracting("lastEventId").isEqualTo(newest);
    }
  }

  @Test
  void servesAClientOfHttp10() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.process().port())) {
      socket.setSoTimeout((int) Bellwether.LIMIT.toMillis());
      String request = "GET /events?topic=" + topic + " HTTP/1.0\r\nHost: localhost\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      String opening = readUntil(socket, "\"}\n\n");
      assertThat(opening).startsWith("HTTP/1.").contains(" 200 ");
      assertThat(opening.toLowerCase(Locale.ROOT)).doesNotContain("transfer-encoding");
      server.publish("topic", topic, "data", "plain");
      assertThat(readUntil(socket, "\n\n")).matches("(:\n)*id: \\S+\ndata: plain\n\n");
    }
  }

  /** Whatever the request is like, body and headers agree on how the body is framed. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "Connection: close", "Connection: keep-alive, close", "Expect: 100-continue"})
  void framesTheBodyAsTheHeadersSay(String header) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.process().port())) {
      socket.setSoTimeout((int) Bellwether.LIMIT.toMillis());
      String request = "GET /events?topic=" + topic + " HTTP/1.1\r\nHost: localhost\r\n" + header;
      socket
          .getOutputStream()
          .write((request + (header.isEmpty() ? "\r\n" : "\r\n\r\n")).getBytes(US_ASCII));
      String answer = readUntil(socket, "\"}\n\n");
      if (answer.startsWith("HTTP/1.1 100")) {
        answer = answer.substring(answer.indexOf("\r\n\r\n") + 4);
      }
      int end = answer.indexOf("\r\n\r\n");
      String headers = answer.substring(0, end).toLowerCase(Locale.ROOT);
      String body = answer.substring(end + 4);
      assertThat(headers).startsWith("http/1.1 200");
      assertThat(body)
          .matches(
              headers.contains("transfer-encoding: chunked")
                  ? "(?s)[0-9a-f]+\r\n:\n.*"
                  : "(?s):\n.*");
    }
  }

  private static String readUntil(Socket socket, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(end) < 0) {
      int next = socket.getInputStream().read();
      assertThat(next).as("the connection has ended after: %s", text).isNotNegative();
      text.append((char) next);
    }
    return text.toString();
  }
}
