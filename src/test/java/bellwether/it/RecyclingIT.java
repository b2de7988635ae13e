package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.BodySink;
import bellwether.harness.Container;
import bellwether.harness.ServerProcess;
import bellwether.harness.SseClient;
import bellwether.harness.SseClientGroup;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However streams end while they are written to, no byte of one reaches another response. */
@Tag("soak")
class RecyclingIT {
  /*
   * Tomcat uses the objects of a request again for the next one, even of another connection, and
   * our own server uses a connection again for the next request. A write that comes late, after the
   * request was completed, goes into a stranger's response. So: clients
   * that leave in every way, a server that ends streams by itself (those that lag or stall), events
   * as fast as they can be published, and in between ordinary requests.
   */
  private static final int CLIENTS = 6;
  private static final int STREAMS = 60; // of each client, one after the other
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration ALL = Duration.ofMinutes(5);
  private static final int SMALL_BUFFER = 8_192;
  private static final String CUT =
      "bellwether_streams_closed_total\\{reason=\"(?:stalled|lagged)\"}";
  private static final Pattern MARK = Pattern.compile("<client-(\\d+)>");

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JETTY_12_1")
  void noByteOfAStreamReachesAnotherResponse(Container container) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (Bellwether server = Bellwether.start(container, process -> settings(container, process))) {
      AtomicBoolean isOver = new AtomicBoolean();
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(threads.submit(new Client(server, i)));
      }
      List<Future<?>> others =
          List.of(
              threads.submit(() -> publish(server, isOver)),
              threads.submit(() -> publish(server, isOver)),
              threads.submit(() -> ask(server, isOver)));
      try {
        awaitAll(clients);
      } finally {
        isOver.set(true);
      }
      awaitAll(others);
      server.awaitOpenStreams(0, LIMIT);
      assertThat(server.process().log()).doesNotContain("SEVERE", "WARNING");
    } finally {
      threads.shutdownNow();
    }
  }

  private static ServerProcess.Builder settings(Container container, ServerProcess.Builder server) {
    String buffer = container.isJetty() ? "acceptedSendBufferSize" : "socket.txBufSize";
    return server
        .setting("bellwether.heartbeat", "100ms")
        .setting("bellwether.stall.timeout", "100ms")
        .setting("bellwether.lag.max", "20")
        .setting("bellwether.clock.interval", "1h")
        .connector(buffer, Integer.toString(SMALL_BUFFER));
  }

  private static void awaitAll(List<Future<?>> works)
      throws InterruptedException, ExecutionException, TimeoutException {
    for (Future<?> work : works) {
      work.get(ALL.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** To every client's topic in turns, with the client's mark all over. */
  private static void publish(Bellwether server, AtomicBoolean isOver) {
    for (int count = 0; !isOver.get(); count++) {
      int client = count % CLIENTS;
      server.publish("topic", "log/" + client, "data", mark(client).repeat(count % 7 * 50 + 1));
    }
  }

  private static String mark(int client) {
    return "<client-" + client + ">";
  }

  /** Ordinary requests, whose answers have nothing to do with any stream. */
  private static void ask(Bellwether server, AtomicBoolean isOver) {
    while (!isOver.get()) {
      HttpResponse<String> answer = server.get("api/stocks");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).matches("\\{\"stocks\":\\[],\"timestamp\":\"[^\"<>]+\"}");
    }
  }

  /** Opens streams of its own topic one after the other and leaves each in another way. */
  private record Client(Bellwether server, int number) implements Runnable {
    @Override
    public void run() {
      Random random = new Random(number);
      URI uri = server.events("topic", "log/" + number);
      try (SseClientGroup group = new SseClientGroup(SMALL_BUFFER)) {
        for (int i = 0; i < STREAMS; i++) {
          Bytes bytes = new Bytes();
          SseClient client = group.open(uri, Map.of(), bytes);
          leave(client, bytes, random);
          assertThat(bytes.foreignTo(number)).as("what came on %s", uri).isEmpty();
        }
      }
    }

    private void awaitBytes(SseClient client, Bytes bytes, int count) {
      Await.until("some bytes", LIMIT, () -> bytes.size() >= count || client.hasEnded());
    }

    private void leave(SseClient client, Bytes bytes, Random random) {
      int enough = random.nextInt(4) * 4_000;
      switch (random.nextInt(10)) {
        case 0 -> client.reset(); // perhaps before there is an answer
        case 1 -> { // until the server has had enough of us
          client.stopReading();
          long cut = server.metric(CUT);
          Await.until("a cut", LIMIT, () -> server.metric(CUT) > cut);
          client.resumeReading();
          client.reset();
        }
        case 2, 3, 4, 5 -> {
          awaitBytes(client, bytes, enough);
          client.reset();
        }
        default -> {
          awaitBytes(client, bytes, enough);
          client.close();
        }
      }
    }
  }

  private static final class Bytes implements BodySink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public synchronized void body(byte[] piece) {
      bytes.writeBytes(piece);
    }

    synchronized int size() {
      return bytes.size();
    }

    /** Whatever is no part of this client's stream. */
    synchronized List<String> foreignTo(int client) {
      String text = bytes.toString(StandardCharsets.UTF_8);
      List<String> foreign = new ArrayList<>();
      MARK.matcher(text)
          .results()
          .map(MatchResult::group)
          .filter(found -> !found.equals(mark(client)))
          .forEach(foreign::add);
      if (text.contains("HTTP/1.1") || text.contains("\"stocks\"")) {
        foreign.add(text);
      }
      return foreign;
    }
  }
}
