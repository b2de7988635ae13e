package bellwether.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SseClientTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String CHUNKED =
      "HTTP/1.1 200 OK\r\nX-Epoch: 1\r\nTransfer-Encoding: chunked\r\n\r\n";

  private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
  private final SseClientGroup group = new SseClientGroup();

  SseClientTest() throws IOException {}

  @BeforeEach
  void boundEveryAccept() throws IOException {
    listener.setSoTimeout((int) LIMIT.toMillis());
  }

  @AfterEach
  void close() throws IOException {
    group.close();
    listener.close();
  }

  @Test
  void asksForTheStreamAndTellsTheAnswer() throws IOException {
    try (SseClient client =
            SseClient.open(uri(), Map.of("Last-Event-ID", "7"), new CollectingSink());
        Socket server = listener.accept()) {
      assertThat(request(server))
          .startsWith("GET /events?topic=a HTTP/1.1")
          .contains(
              "Accept: text/event-stream",
              "Host: 127.0.0.1:" + listener.getLocalPort(),
              "Last-Event-ID: 7");
      write(server, CHUNKED);
      assertThat(client.status()).isEqualTo(200);
      assertThat(client.headers()).containsEntry("x-epoch", List.of("1"));
    }
  }

  @Test
  void handsOnEachPieceAsItComesAndEndsWithTheLastChunk() throws IOException {
    CollectingSink sink = new CollectingSink();
    try (SseClient client = SseClient.open(uri(), Map.of(), sink);
        Socket server = listener.accept()) {
      write(server, CHUNKED + "5\r\none\n\n\r\n");
      sink.await("one\n\n");
      assertThat(client.hasEnded()).isFalse();
      write(server, "3\r\ntwo\r\n0\r\n\r\n");
      assertThat(client.awaitEnd(LIMIT)).isEqualTo(StreamClient.End.COMPLETE);
      assertThat(sink.text()).isEqualTo("one\n\ntwo");
    }
  }

  @Test
  void anEndInTheMiddleIsACut() throws IOException {
    try (SseClient client = SseClient.open(uri(), Map.of(), BodySink.NONE);
        Socket server = listener.accept()) {
      write(server, CHUNKED + "5\r\none");
      server.shutdownOutput();
      assertThat(client.awaitEnd(LIMIT)).isEqualTo(StreamClient.End.CUT);
    }
  }

  @Test
  void aResetIsACutAndNoAnswerIsAFailure() throws IOException {
    try (SseClient client = SseClient.open(uri(), Map.of(), BodySink.NONE)) {
      Socket server = listener.accept();
      request(server);
      server.setSoLinger(true, 0);
      server.close();
      assertThat(client.awaitEnd(LIMIT)).isEqualTo(StreamClient.End.CUT);
      assertThatThrownBy(client::status).hasMessageContaining("before its answer");
    }
  }

  @Test
  void leavesWithoutAWordOrInOrder() throws IOException {
    try (SseClient rude = SseClient.open(uri(), Map.of(), BodySink.NONE);
        Socket rudeServer = listener.accept()) {
      SseClient polite = group.open(uri(), Map.of(), BodySink.NONE);
      Socket politeServer = listener.accept();
      request(rudeServer);
      request(politeServer);
      rude.reset();
      polite.close();
      assertThatThrownBy(() -> rudeServer.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
      assertThat(politeServer.getInputStream().read()).isEqualTo(-1);
      politeServer.close();
      assertThat(rude.awaitEnd(LIMIT)).isEqualTo(StreamClient.End.CLOSED);
      assertThat(polite.awaitEnd(LIMIT)).isEqualTo(StreamClient.End.CLOSED);
    }
  }

  @Test
  void oneThatStopsReadingHoldsUpNobodyElse() throws IOException {
    CollectingSink stalled = new CollectingSink();
    CollectingSink live = new CollectingSink();
    try (SseClient stalledClient = group.open(uri(), Map.of(), stalled);
        Socket stalledServer = listener.accept();
        SseClient liveClient = group.open(uri(), Map.of(), live);
        Socket liveServer = listener.accept()) {
      stalledClient.stopReading();
      write(stalledServer, CHUNKED + "1\r\na\r\n");
      write(liveServer, CHUNKED + "1\r\na\r\n");
      live.await("a");
      assertThat(liveClient.status()).isEqualTo(200);
      assertThat(stalled.text()).isEmpty();
      stalledClient.resumeReading();
      stalled.await("a");
    }
  }

  @Test
  void aSinkThatFailsFailsItsStreamOnly() throws IOException {
    CollectingSink other = new CollectingSink();
    BodySink failing =
        bytes -> {
          throw new AssertionError("not this");
        };
    try (SseClient client = group.open(uri(), Map.of(), failing);
        Socket server = listener.accept();
        SseClient otherClient = group.open(uri(), Map.of(), other);
        Socket otherServer = listener.accept()) {
      write(server, CHUNKED + "1\r\na\r\n");
      assertThatThrownBy(() -> client.awaitEnd(LIMIT)).hasMessageContaining("not this");
      write(otherServer, CHUNKED + "1\r\na\r\n");
      other.await("a");
      assertThat(otherClient.hasEnded()).isFalse();
    }
  }

  @Test
  void aSinkMayLeave() throws IOException {
    List<SseClient> self = new ArrayList<>();
    CollectingSink seen = new CollectingSink();
    BodySink leaving =
        bytes -> {
          seen.body(bytes);
          self.get(0).close();
        };
    try (SseClient client = group.open(uri(), Map.of(), leaving);
        Socket server = listener.accept()) {
      self.add(client);
      request(server);
      write(server, CHUNKED + "1\r\na\r\n1\r\nb\r\n");
      assertThat(server.getInputStream().read()).isEqualTo(-1);
      assertThat(seen.text()).isEqualTo("a");
    }
  }

  @Test
  void oneThreadReadsAThousand() throws IOException {
    List<Socket> servers = new ArrayList<>();
    List<CollectingSink> sinks = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      sinks.add(new CollectingSink());
      group.open(uri(), Map.of(), sinks.get(i));
      servers.add(listener.accept());
    }
    assertThat(group.size()).isEqualTo(1_000);
    for (Socket server : servers) {
      write(server, CHUNKED + "3\r\nall\r\n");
    }
    sinks.forEach(sink -> sink.await("all"));
    group.close();
    for (Socket server : servers) {
      request(server);
      assertThat(server.getInputStream().read()).isEqualTo(-1);
      server.close();
    }
  }

  @Test
  void aClosedGroupTakesNoMoreStreamsAndItsStreamsHaveEnded() throws IOException {
    try (SseClient client = group.open(uri(), Map.of(), BodySink.NONE);
        Socket server = listener.accept()) {
      assertThat(server.isConnected()).isTrue();
      group.close();
      assertThat(client.awaitEnd(LIMIT)).isEqualTo(StreamClient.End.CLOSED);
      try (SseClient late = group.open(uri(), Map.of(), BodySink.NONE)) {
        assertThat(late.awaitEnd(LIMIT)).isEqualTo(StreamClient.End.CLOSED);
      }
    }
  }

  private URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/events?topic=a");
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> request(Socket socket) throws IOException {
    socket.setSoTimeout((int) LIMIT.toMillis());
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    List<String> lines = new ArrayList<>();
    for (String line = reader.readLine();
        line != null && !line.isEmpty();
        line = reader.readLine()) {
      lines.add(line);
    }
    return lines;
  }
}
