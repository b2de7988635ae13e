package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.SelfSigned;
import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.Http2Connection;
import bellwether.harness.Jcmd;
import bellwether.harness.OpenStream;
import bellwether.harness.RawStream;
import bellwether.harness.ServerProcess;
import bellwether.harness.SignedToken;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * On our own server a stream has its client's socket to itself. It is never quiet for so long here
 * that a heartbeat would find out that its client has left.
 */
@Tag("soak")
class HandOverIT {
  private static final String LAST_CHUNK = "0\r\n\r\n";

  @TempDir static Path directory;
  private static final Bellwether.Shared servers = new Bellwether.Shared(HandOverIT::settings);
  private static SSLSocketFactory trusting = (SSLSocketFactory) SSLSocketFactory.getDefault();

  private final Bellwether server = servers.on(Container.OWN);
  private final String topic = "log/" + UUID.randomUUID();

  @BeforeAll
  static void certify() {
    SelfSigned own = SelfSigned.create("EC", directory);
    own.writeCertificate(directory.resolve("crt"));
    own.writeKey(directory.resolve("key"));
    trusting = own.trust().getSocketFactory();
  }

  private static ServerProcess.Builder settings(ServerProcess.Builder server) {
    return server
        .connector("--http2", "")
        .connector("--tls-port", "0")
        .connector("--tls-certificate", directory.resolve("crt").toString())
        .connector("--tls-key", directory.resolve("key").toString())
        .setting("bellwether.token.key", SignedToken.KEY)
        .setting("bellwether.subscriptions", "true")
        .setting("bellwether.address.streams", "1000")
        .setting("bellwether.clock.interval", "1h")
        .setting("bellwether.heartbeat", "1h");
  }

  @BeforeEach
  void startWithNoStreams() {
    server.awaitOpenStreams(0, Bellwether.LIMIT);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  /** What is below HTTP/1.1. */
  enum Line {
    PLAIN,
    TLS;

    RawStream open(Bellwether server, String request) {
      URI uri = this == TLS ? server.process().tlsUri("") : server.uri("");
      SocketFactory sockets = this == TLS ? trusting : SocketFactory.getDefault();
      return RawStream.open(sockets, uri.getPort(), request);
    }
  }

  /** How a client leaves. */
  enum Leaving {
    RESET,
    CLOSE,
    HALF_CLOSE;

    void leave(RawStream stream) {
      switch (this) {
        case RESET -> stream.reset();
        case CLOSE -> stream.close();
        case HALF_CLOSE -> stream.shutDownOutput();
      }
    }
  }

  private String request(String... headers) {
    return "GET /events?topic="
        + topic
        + " HTTP/1.1\r\nHost: localhost\r\n"
        + Stream.of(headers).map(header -> header + "\r\n").reduce("", String::concat)
        + "\r\n";
  }

  private RawStream opened(Line line) {
    RawStream stream = line.open(server, request());
    stream.await("\"}\n\n\r\n");
    return stream;
  }

  @ParameterizedTest
  @EnumSource
  void saysThatNoResponseFollowsAndKeepsItsWord(Line line) {
    try (RawStream stream = opened(line)) {
      assertThat(stream.await("\r\n\r\n").toLowerCase(Locale.ROOT))
          .startsWith("http/1.1 200")
          .contains("\r\nconnection: close\r\n", "\r\ntransfer-encoding: chunked\r\n");
      server.publish("topic", topic, "data", "one");
      assertThat(stream.await("data: one\n\n\r\n")).doesNotContain(LAST_CHUNK);
    }
  }

  /** The servlet machinery of a stream would be most of its memory. */
  @ParameterizedTest
  @EnumSource
  void keepsNothingOfTheRequest(Line line) {
    int before = requests();
    List<RawStream> streams = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      streams.add(opened(line));
    }
    server.awaitOpenStreams(50, Bellwether.LIMIT);
    assertThat(requests() - before).isLessThan(25);
    streams.forEach(RawStream::close);
  }

  /** Some are kept for the next request of a connection that is idle. */
  private int requests() {
    return Jcmd.reachable(
        server.process().pid(), "org.eclipse.jetty.server.internal.HttpConnection");
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatLeavesIsNoticedAlthoughNothingIsWritten(Leaving leaving) {
    for (Line line : Line.values()) {
      long before = closed("gone");
      RawStream stream = opened(line);
      server.awaitOpenStreams(1, Bellwether.LIMIT);
      leaving.leave(stream);
      server.awaitOpenStreams(0, Bellwether.LIMIT);
      assertThat(closed("gone")).as(line.name()).isEqualTo(before + 1);
      stream.close();
    }
  }

  @Test
  void overHttp2AStreamThatIsResetAndAConnectionThatClosesAreNoticedAlthoughNothingIsWritten() {
    try (Http2Connection connection = Http2Connection.to(server)) {
      var unused = connection.open(server.events("topic", topic), Map.of()).opened();
      OpenStream leaving = connection.open(server.events("topic", topic), Map.of()).opened();
      server.awaitOpenStreams(2, Bellwether.LIMIT);
      leaving.client().reset();
      server.awaitOpenStreams(1, Bellwether.LIMIT);
    }
    server.awaitOpenStreams(0, Bellwether.LIMIT);
  }

  @ParameterizedTest
  @EnumSource
  void whoWatchesTheSubscriptionsIsToldAtOnceThatOneHasEnded(Line line) {
    String all = SignedToken.draft7("[]", "[\"*\"]", "");
    String watched = "/.well-known/mercure/subscriptions/" + topic.replace("/", "%2F");
    try (OpenStream events =
        OpenStream.open(
            server.uri(
                ".well-known/mercure?" + Bellwether.form("topic", watched + "/{subscriber}")),
            Map.of("Authorization", "Bearer " + all))) {
      assertThat(events.status()).isEqualTo(200);
      RawStream stream =
          line.open(
              server,
              "GET /.well-known/mercure?topic=" + topic + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(events.next().data()).contains("\"active\":true");
      stream.close();
      assertThat(events.next().data()).contains("\"active\":false");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRequestThatComesAfterThatOfTheStreamEndsItInOrder(Line line) {
    long before = closed("input");
    try (RawStream stream = opened(line)) {
      stream.send(request());
      assertThat(stream.awaitEnd()).endsWith(LAST_CHUNK).containsOnlyOnce("HTTP/1.1");
    }
    assertThat(closed("input")).isEqualTo(before + 1);
    server.awaitOpenStreams(0, Bellwether.LIMIT);
  }

  @ParameterizedTest
  @EnumSource
  void aRequestThatComesTogetherWithThatOfTheStreamEndsItInOrder(Line line) {
    long before = closed("input");
    try (RawStream stream = line.open(server, request() + request())) {
      assertThat(stream.awaitEnd())
          .contains("\"}\n\n\r\n")
          .endsWith(LAST_CHUNK)
          .containsOnlyOnce("HTTP/1.1");
    }
    assertThat(closed("input")).isEqualTo(before + 1);
    server.awaitOpenStreams(0, Bellwether.LIMIT);
  }

  /**
   * The rest of the body would be taken for a request. Here only a write finds out who has left.
   */
  @Test
  void aRequestWhoseBodyIsUnderWayKeepsItsSocketAsItIs() {
    try (RawStream stream = Line.PLAIN.open(server, request("Content-Length: 4"))) {
      stream.await("\"}\n\n");
      stream.send("body");
      server.publish("topic", topic, "data", "one");
      stream.await("data: one\n\n");
      server.awaitOpenStreams(1, Bellwether.LIMIT);
    }
    Await.until(
        "it is noticed",
        Bellwether.LIMIT,
        () -> {
          server.publish("topic", topic, "data", "two");
          return server.metric("bellwether_streams_open") == 0;
        });
  }

  /** Its body comes later than its head, and in pieces. */
  @ParameterizedTest
  @EnumSource
  void aRequestWhoseBodyIsReadTakesItsSocketToo(Line line) {
    long before = closed("gone");
    String body = "topic=" + topic;
    try (RawStream stream =
        line.open(
            server,
            "QUERY /events HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\n"
                + "Content-Length: "
                + body.length()
                + "\r\n\r\n"
                + body.substring(0, 3))) {
      stream.send(body.substring(3));
      stream.await("\"}\n\n\r\n");
      server.publish("topic", topic, "data", "one");
      stream.await("data: one\n\n\r\n");
    }
    server.awaitOpenStreams(0, Bellwether.LIMIT);
    assertThat(closed("gone")).isEqualTo(before + 1);
  }

  @Test
  void aRefusedRequestKeepsItsConnection() {
    try (RawStream stream =
        Line.PLAIN.open(
            server, "GET /events?topic= HTTP/1.1\r\nHost: localhost\r\n\r\n" + request())) {
      assertThat(stream.await("\"}\n\n\r\n")).startsWith("HTTP/1.1 400").contains("HTTP/1.1 200");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatIsToldToStopEndsThemInOrder(Line line) {
    try (Bellwether ending = Bellwether.start(Container.OWN, HandOverIT::settings);
        RawStream stream = line.open(ending, request())) {
      stream.await("\"}\n\n\r\n");
      ending.process().terminate();
      assertThat(stream.awaitEnd()).contains("event: shutdown\n").endsWith(LAST_CHUNK);
      assertThat(ending.process().log()).doesNotContain("SEVERE", "Exception");
    }
  }

  /** Whoever leaves in the middle of the hand-over leaves nothing behind. */
  @Test
  void manyThatComeAndGoAtOnceLeaveNothingBehind() throws Exception {
    int descriptors = descriptors();
    ExecutorService clients = Executors.newFixedThreadPool(8);
    AtomicBoolean done = new AtomicBoolean();
    try (RawStream staying = opened(Line.PLAIN)) {
      Future<Integer> published = clients.submit(() -> publishUntil(done));
      List<Future<?>> leaving = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int seed = i;
        leaving.add(clients.submit(() -> comeAndGo(seed, 150)));
      }
      for (Future<?> one : leaving) {
        one.get(3, TimeUnit.MINUTES);
      }
      done.set(true);
      int last = published.get(1, TimeUnit.MINUTES) - 1;
      String all = staying.await("data: " + last + "\n\n");
      for (int i = 0; i <= last; i++) {
        assertThat(all).containsOnlyOnce("data: " + i + "\n");
      }
    } finally {
      clients.shutdownNow();
    }
    server.awaitOpenStreams(0, Bellwether.LIMIT);
    Await.until("all sockets are closed", Bellwether.LIMIT, () -> descriptors() <= descriptors + 3);
    assertThat(server.process().log()).doesNotContain("SEVERE", "Exception");
  }

  private int publishUntil(AtomicBoolean done) {
    int published = 0;
    while (!done.get()) {
      server.publish("topic", topic, "data", Integer.toString(published++));
    }
    return published;
  }

  private void comeAndGo(int seed, int times) {
    for (int i = 0; i < times; i++) {
      Line line = (seed + i) % 4 == 0 ? Line.TLS : Line.PLAIN;
      RawStream stream = line.open(server, request());
      if (i % 5 == 0) {
        stream.await("HTTP/1.1 200");
      }
      Leaving.values()[i % Leaving.values().length].leave(stream);
      stream.close();
    }
  }

  /** How many files and sockets the server has open. */
  private int descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc", "" + server.process().pid(), "fd"))) {
      return (int) open.count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private long closed(String reason) {
    return server.metric("bellwether_streams_closed_total\\{reason=\"" + reason + "\"}");
  }
}
