package bellwether.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What readers that come back read from the disk has room in a heap, however much it is. */
@Tag("soak")
class ColdReadsIT {
  private static final int LARGE = 50 << 20;
  private static final int READERS = 12;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Test
  void servesTwelveReplaysOfAVeryLargeEventInASmallHeap() throws IOException {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (Bellwether server =
        Bellwether.start(
            Container.OWN,
            process ->
                process
                    .jvmArgument("-Xmx512m")
                    .setting("bellwether.body.max", "64MiB")
                    .setting("bellwether.log.memory", "64KiB")
                    .setting("bellwether.stall.timeout", "10m") // for a busy machine
                    .setting("bellwether.clock.interval", "1h"))) {
      publishLarge(server);
      server.publish("topic", "small", "data", "the ring has this one");
      for (int i = 0; i < 500; i++) {
        server.publish("topic", "small", "data", "x".repeat(1000));
      }

      List<Socket> large = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        large.add(open(server, "large"));
      }
      readAtLeast(open(server, "small"), 500_000); // while none of the others takes anything
      assertThat(server.process().log()).doesNotContain("OutOfMemoryError");
      List<CompletableFuture<Long>> all =
          large.stream()
              .map(one -> CompletableFuture.supplyAsync(() -> readAtLeast(one, LARGE), threads))
              .toList();
      for (CompletableFuture<Long> one : all) {
        assertThat(Await.value("the large event", LIMIT, one)).isGreaterThanOrEqualTo(LARGE);
      }
      assertThat(server.process().log()).doesNotContain("OutOfMemoryError");
    } finally {
      threads.shutdownNow();
    }
  }

  private static void publishLarge(Bellwether server) throws IOException {
    HttpURLConnection request = (HttpURLConnection) server.uri("events").toURL().openConnection();
    request.setRequestMethod("POST");
    request.setDoOutput(true);
    request.setRequestProperty("Authorization", "Bearer " + Bellwether.KEY);
    request.setFixedLengthStreamingMode("topic=large&data=".length() + LARGE);
    try (var out = request.getOutputStream()) {
      out.write("topic=large&data=".getBytes(UTF_8));
      byte[] piece = "x".repeat(1 << 20).getBytes(UTF_8);
      for (int i = 0; i < LARGE / piece.length; i++) {
        out.write(piece);
      }
    }
    assertThat(request.getResponseCode()).isEqualTo(200);
  }

  /** Returns once the stream has begun. */
  private static Socket open(Bellwether server, String topic) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.uri("events").getPort());
    socket.setSoTimeout((int) LIMIT.toMillis());
    socket
        .getOutputStream()
        .write(
            ("GET /events?topic="
                    + topic
                    + "&lastEventId=earliest HTTP/1.1\r\n"
                    + "Host: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n")
                .getBytes(UTF_8));
    assertThat(socket.getInputStream().read()).isEqualTo('H');
    return socket;
  }

  /** Returns how many bytes have come when there are so many. */
  private static long readAtLeast(Socket stream, long bytes) {
    try (Socket socket = stream) {
      byte[] buffer = new byte[1 << 16];
      InputStream in = socket.getInputStream();
      long count = 0;
      while (count < bytes) {
        int read = in.read(buffer);
        if (read < 0) {
          throw new AssertionError("ended after " + count + " bytes");
        }
        count += read;
      }
      return count;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
