package bellwether.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Large answers that nobody reads: they hold no thread, and a bounded part of the heap. */
@Tag("soak")
@ParameterizedClass
@EnumSource
class UnreadAnswersIT {
  private static final int UNREAD = 400; // a container has 200 threads
  private static final int HEAP_MIB = 192;
  private static final int STATES = 30;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final Bellwether.Shared servers =
      new Bellwether.Shared(
          server ->
              server
                  .jvmArgument("-Xmx" + HEAP_MIB + "m")
                  .setting("bellwether.retained", "state/{name}"));

  private final Bellwether server;

  UnreadAnswersIT(Container container) {
    server = servers.on(container);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void unreadPollsHoldABoundedPartOfTheHeap() throws IOException {
    for (int i = 0; i < STATES; i++) {
      server.publish("topic", "state/" + i, "data", "x".repeat(120_000));
    }
    List<Socket> unread = new ArrayList<>();
    try {
      for (int i = 0; i < UNREAD; i++) {
        unread.add(
            ask("GET /events?topic=state/%7Bname%7D HTTP/1.1\r\nAccept: application/json\r\n"));
      }
      assertThatItGoesOn();
      assertThat(server.metric("bellwether_answers_bytes"))
          .isBetween(1L, HEAP_MIB * (1L << 20) / 8);
      HttpResponse<String> refused =
          server.get("events?topic=state/%7Bname%7D", "Accept", "application/json");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("retry-after")).isPresent();
    } finally {
      close(unread);
    }
    awaitNothingHeld();
    assertThat(
            server.get("events?topic=state/%7Bname%7D", "Accept", "application/json").statusCode())
        .isEqualTo(200);
  }

  @Test
  void unreadListsHoldNoThread() throws IOException {
    StringBuilder csv = new StringBuilder("symbol,name,price,quantity\n");
    for (int i = 0; i < 4000; i++) {
      csv.append("S").append(i).append(",").append("a long name ".repeat(8)).append(",1,1\n");
    }
    assertThat(
            server
                .send(
                    server
                        .request("api/stocks")
                        .header("Authorization", "Bearer " + Bellwether.KEY)
                        .header("Content-Type", "text/csv")
                        .PUT(java.net.http.HttpRequest.BodyPublishers.ofString(csv.toString())))
                .statusCode())
        .isEqualTo(200);
    List<Socket> unread = new ArrayList<>();
    try {
      for (int i = 0; i < UNREAD; i++) {
        unread.add(ask("GET /api/stocks HTTP/1.1\r\n"));
      }
      assertThatItGoesOn();
      assertThat(server.metric("bellwether_answers_bytes")) // the system may have taken them all
          .isLessThanOrEqualTo(HEAP_MIB * (1L << 20) / 8);
    } finally {
      close(unread);
    }
    awaitNothingHeld();
    assertThat(server.get("api/stocks").body()).contains("\"S3999\"").endsWith("}");
  }

  /** More than once: there is no thread to be had if they are held. */
  private void assertThatItGoesOn() {
    AtomicInteger answered = new AtomicInteger();
    for (int i = 0; i < 5; i++) {
      assertThat(server.get("health/live").statusCode()).isEqualTo(200);
      server.publish("topic", "log/a", "data", "goes through meanwhile");
      answered.incrementAndGet();
    }
    assertThat(answered).hasValue(5);
  }

  private void awaitNothingHeld() {
    Await.until("nothing to be held", LIMIT, () -> server.metric("bellwether_answers_bytes") == 0);
    assertThat(server.process().log()).doesNotContain("SEVERE", "Exception", "OutOfMemory");
  }

  /** Its buffer is as small as the system allows, so that the answer stays with the server. */
  private Socket ask(String head) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.process().port()));
    socket
        .getOutputStream()
        .write((head + "Host: localhost\r\nConnection: close\r\n\r\n").getBytes(US_ASCII));
    return socket;
  }

  private static void close(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }
}
