package bellwether.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.RawAnswer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies that come slowly, in every container: no thread waits for them. */
@Tag("soak")
@ParameterizedClass
@EnumSource
class SlowBodiesIT {
  private static final int DRIPPING = 500; // a container has 200 threads
  private static final int MAX_BODY = 10_000;
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String FORM = "application/x-www-form-urlencoded";

  private static final Bellwether.Shared servers =
      new Bellwether.Shared(
          server -> server.setting("bellwether.body.max", Integer.toString(MAX_BODY)));

  private final Bellwether server;

  SlowBodiesIT(Container container) {
    server = servers.on(container);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @AfterEach
  void nothingIsLeft() {
    awaitUnfinished(0);
    assertThat(server.process().log()).doesNotContain("SEVERE", "Exception");
  }

  @ParameterizedTest
  @CsvSource({
    "POST,  events,                   application/x-www-form-urlencoded, 'topic=log/a&data=x', 200",
    "POST,  events,                   application/json, '[{\"topic\":\"log/a\"}]', 200",
    "QUERY, events?lastEventId=earliest, application/x-www-form-urlencoded, 'topic=log/none', 200",
    "POST,  .well-known/mercure,      application/x-www-form-urlencoded, 'topic=log/a&data=x', 200",
    "PUT,   api/stocks/SLOW,          application/json,"
        + " '{\"name\":\"n\",\"price\":1,\"quantity\":1}', 201",
    "POST,  api/notifications,        application/json, '{\"title\":\"slow\"}', 201",
    "POST,  api/notifications/read,   application/json, '{\"user\":\"ada\",\"upTo\":1}', 204",
    "POST,  admin/revocations,        application/x-www-form-urlencoded, 'token=t-1', 200",
    "POST,  events,                   application/x-www-form-urlencoded, 'data=no+topic', 400",
  })
  void aBodyInTwoPartsIsAnsweredAsOneInOne(
      String method, String path, String type, String body, int status) throws IOException {
    RawAnswer whole = RawAnswer.to(server, head(method, path, type, body.length()) + body);
    assertThat(whole.status()).as(whole.body()).isIn(status, 200);
    server.json("DELETE", "api/stocks/SLOW", "");
    try (Socket socket = connect()) {
      int half = body.length() / 2;
      send(socket, head(method, path, type, body.length()) + body.substring(0, half));
      awaitUnfinished(1);
      send(socket, body.substring(half));
      String answer = answerOf(socket);
      assertThat(answer).startsWith("HTTP/1.1 " + whole.status());
    }
    server.json("DELETE", "api/stocks/SLOW", "");
  }

  @Test
  void aStreamOpensWhenItsBodyIsWhole() throws IOException {
    try (Socket socket = connect()) {
      send(socket, head("QUERY", "events", FORM, 11) + "topic=");
      awaitUnfinished(1);
      send(socket, "log/a");
      StringBuilder got = new StringBuilder();
      while (got.indexOf("event:") < 0 && got.indexOf("event: ") < 0) {
        got.append(read(socket));
      }
      assertThat(got).contains("HTTP/1.1 200", "text/event-stream");
      server.awaitOpenStreams(1, LIMIT);
      server.publish("topic", "log/a", "data", "to a stream that opened late");
      while (got.indexOf("opened late") < 0) {
        got.append(read(socket));
      }
    }
    server.publish("topic", "log/a", "data", "x"); // by which its end is noticed
    server.awaitOpenStreams(0, LIMIT);
  }

  @Test
  void aBodyInChunksIsTaken() throws IOException {
    try (Socket socket = connect();
        OpenStream stream = server.stream("topic", "log/chunks").opened()) {
      send(
          socket,
          head("POST", "events", FORM, -1) + "12\r\ntopic=log%2Fchunks\r\n7\r\n&data=x\r\n");
      awaitUnfinished(1);
      send(socket, "0\r\n\r\n");
      assertThat(answerOf(socket)).startsWith("HTTP/1.1 200");
      assertThat(stream.next().data()).isEqualTo("x");
    }
  }

  @Test
  void aBodyThatGrowsTooLargeIsRefusedAtItsEnd() throws IOException {
    try (Socket socket = connect()) {
      String piece = "x".repeat(2_000);
      send(socket, head("POST", "events", FORM, -1) + "2ee0\r\n");
      awaitUnfinished(1);
      for (int i = 0; i < 6; i++) {
        send(socket, piece);
      }
      send(socket, "\r\n0\r\n\r\n");
      assertThat(answerOf(socket)).startsWith("HTTP/1.1 413").contains("application/problem+json");
    }
  }

  /** It must never look like a success. */
  @Test
  void aBodyThatIsNoHttpIsNotAnsweredWithSuccess() throws IOException {
    try (Socket socket = connect()) {
      send(socket, head("POST", "events", FORM, -1) + "5\r\ntopic");
      awaitUnfinished(1);
      send(socket, "and no end of the chunk");
      byte[] answer = socket.getInputStream().readNBytes(12); // or nothing, but its end
      assertThat(new String(answer, US_ASCII)).isIn("", "HTTP/1.1 400");
    }
  }

  @Test
  void aClientThatGoesInTheMiddleLeavesNothing() throws IOException {
    for (int i = 0; i < 10; i++) {
      try (Socket socket = connect()) {
        send(socket, head("POST", "events", FORM, 1_000) + "topic=log/a");
        awaitUnfinished(1);
        if (i % 2 == 0) {
          socket.setSoLinger(true, 0); // a reset, and no polite end
        }
      }
      awaitUnfinished(0);
    }
  }

  @Test
  void fiveHundredThatDripHoldNoThreadAndAreCutOff() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < DRIPPING; i++) {
        Socket socket = connect();
        sockets.add(socket);
        String head =
            i % 2 == 0
                ? anonymous("QUERY", ".well-known/mercure", FORM, 5_000)
                : head("POST", "events", FORM, 5_000);
        send(socket, head + "topic=log%2Fa&data=");
      }
      awaitUnfinished(DRIPPING);

      long begun = System.nanoTime();
      HttpResponse<String> live = server.get("health/live");
      assertThat(live.statusCode()).isEqualTo(200);
      server.publish("topic", "log/a", "data", "goes through meanwhile");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LIMIT);
      assertThat(server.metric("bellwether_bodies_unfinished")).isEqualTo(DRIPPING);

      awaitUnfinished(0); // by then all are too slow
      int refused = 0;
      for (Socket socket : sockets) {
        send(socket, "x");
        refused += answerOf(socket).startsWith("HTTP/1.1 408") ? 1 : 0;
      }
      assertThat(refused).isEqualTo(DRIPPING);
      for (Socket socket : sockets) { // and none of them has a thread while it goes on
        sendIfOpen(socket);
      }
      assertThat(server.get("health/live").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void fiveHundredThatAreRefusedAndDripHoldNoThread() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < DRIPPING; i++) {
        Socket socket = connect();
        sockets.add(socket);
        send(socket, anonymous("POST", "events", FORM, 5_000) + "topic=log%2Fa");
      }
      for (Socket socket : sockets) {
        assertThat(answerOf(socket)).startsWith("HTTP/1.1 401");
        sendIfOpen(socket);
      }
      assertThat(server.get("health/live").statusCode()).isEqualTo(200);
      server.publish("topic", "log/a", "data", "goes through meanwhile");
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private void awaitUnfinished(int count) {
    Await.until(
        count + " unfinished bodies",
        LIMIT,
        () -> server.metric("bellwether_bodies_unfinished") == count);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.process().port());
    socket.setSoTimeout((int) LIMIT.toMillis());
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static String head(String method, String path, String type, int length) {
    return anonymous(method, path, type, length)
        .replace("\r\n\r\n", "\r\nAuthorization: Bearer " + Bellwether.KEY + "\r\n\r\n");
  }

  /** Chunks, if the length is negative. */
  private static String anonymous(String method, String path, String type, int length) {
    String accept =
        path.contains("lastEventId") ? "Accept: application/json\r\nConnection: close\r\n" : "";
    return "%s /%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n%s%s\r\n\r\n"
        .formatted(
            method,
            path,
            type,
            accept,
            length < 0 ? "Transfer-Encoding: chunked" : "Content-Length: " + length);
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static void sendIfOpen(Socket socket) {
    try {
      send(socket, "x");
    } catch (IOException e) {
      // It has been cut off.
    }
  }

  /** What comes first: small answers come whole. */
  private static String answerOf(Socket socket) throws IOException {
    return read(socket);
  }

  private static String read(Socket socket) throws IOException {
    byte[] buffer = new byte[8_192];
    int count = socket.getInputStream().read(buffer);
    if (count < 0) {
      throw new AssertionError("ended without an answer");
    }
    return new String(buffer, 0, count, US_ASCII);
  }
}
