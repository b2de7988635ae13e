package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.SelfSigned;
import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.EventRecorder;
import bellwether.harness.Http2Connection;
import bellwether.harness.OpenStream;
import bellwether.harness.ServerProcess;
import bellwether.harness.StreamClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stream promises holds on our own server over HTTP/2 too, with TLS and without. */
@Tag("soak")
class Http2IT {
  private static final int MANY = 1_000;
  private static final int CONNECTIONS = 10;
  private static final String LARGE = "x".repeat(100_000);

  @TempDir static Path directory;
  private static final Bellwether.Shared servers = new Bellwether.Shared(Http2IT::settings);
  private static HttpClient http = HttpClient.newHttpClient();

  private final Bellwether server = servers.on(Container.OWN);
  private final String topic = "log/" + UUID.randomUUID();

  @BeforeAll
  static void certify() {
    SelfSigned own = SelfSigned.create("EC", directory);
    own.writeCertificate(directory.resolve("crt"));
    own.writeKey(directory.resolve("key"));
    http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).sslContext(own.trust()).build();
  }

  private static ServerProcess.Builder settings(ServerProcess.Builder server) {
    return server
        .connector("--http2", "")
        .connector("--tls-port", "0")
        .connector("--tls-certificate", directory.resolve("crt").toString())
        .connector("--tls-key", directory.resolve("key").toString())
        .setting("bellwether.clock.interval", "1h")
        .setting("bellwether.heartbeat", "1s")
        .setting("bellwether.stall.timeout", "5s");
  }

  @BeforeEach
  void startWithNoStreams() {
    server.awaitOpenStreams(0, Bellwether.LIMIT);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  /** How a client of ours comes to speak HTTP/2. */
  enum Way {
    /** Both say in the handshake that they can. */
    TLS,
    /** The first request asks for it, and is answered in it. */
    UPGRADE;

    OpenStream open(Bellwether server, String topic, String... headers) {
      String path = "events?" + Bellwether.form("topic", topic);
      URI uri = this == TLS ? server.process().tlsUri(path) : server.uri(path);
      HttpRequest.Builder request = HttpRequest.newBuilder(uri);
      return OpenStream.open(
          http, (headers.length == 0 ? request : request.headers(headers)).build());
    }
  }

  @ParameterizedTest
  @EnumSource
  void opensBeatsDeliversAndResumes(Way way) {
    String last;
    try (OpenStream stream = way.open(server, topic)) {
      assertThat(stream.client().head().version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.client().headers()).doesNotContainKey("connection");
      stream.opened();
      Await.until("three heartbeats", Bellwether.LIMIT, () -> stream.recorder().comments() > 3);
      last = server.publish("topic", topic, "data", "one");
      assertThat(stream.next().data()).isEqualTo("one");
    }
    server.awaitOpenStreams(0, Bellwether.LIMIT);
    server.publish("topic", topic, "data", "two");
    try (OpenStream resumed = way.open(server, topic, "Last-Event-ID", last)) {
      assertThat(resumed.next().data()).isEqualTo("two");
    }
  }

  @ParameterizedTest
  @EnumSource
  void saysGoodBye(Way way) {
    try (Bellwether ending = Bellwether.start(Container.OWN, Http2IT::settings);
        OpenStream stream = way.open(ending, topic)) {
      stream.opened();
      ending.process().undeploy();
      assertThat(stream.next().type()).isEqualTo("shutdown");
      assertThat(stream.awaitEnd()).isEqualTo(StreamClient.End.COMPLETE);
      assertThat(stream.recorder().retries()).hasSize(2);
      assertThat(ending.process().log()).doesNotContain("WARNING", "SEVERE", "Exception");
    }
  }

  @Test
  void manyStreamsShareAFewConnectionsAndGetEverything() {
    List<Http2Connection> connections =
        Stream.generate(() -> Http2Connection.to(server)).limit(CONNECTIONS).toList();
    try {
      List<OpenStream> streams =
          IntStream.range(0, MANY)
              .mapToObj(i -> connections.get(i % CONNECTIONS).open(server.events("topic", topic)))
              .toList();
      streams.forEach(stream -> stream.opened());
      for (int i = 0; i < 10; i++) {
        server.publish("topic", topic, "data", "event " + i);
      }
      for (OpenStream stream : streams) {
        for (int i = 0; i < 10; i++) {
          assertThat(stream.next().data()).isEqualTo("event " + i);
        }
      }
    } finally {
      connections.forEach(Http2Connection::close);
    }
    server.awaitOpenStreams(0, Bellwether.LIMIT);
    assertNoFaultOfOurs();
  }

  /** As when one of a browser's pages is closed, and another stays open. */
  @Test
  void aStreamThatIsResetIsLetGoAndTheOthersOfItsConnectionStay() {
    try (Http2Connection connection = Http2Connection.to(server)) {
      OpenStream staying = connection.open(server.events("topic", topic));
      OpenStream leaving = connection.open(server.events("topic", topic));
      staying.opened();
      leaving.opened();
      leaving.client().reset();
      server.awaitOpenStreams(1, Bellwether.LIMIT);
      server.publish("topic", topic, "data", "still here");
      assertThat(staying.next().data()).isEqualTo("still here");
    }
    server.awaitOpenStreams(0, Bellwether.LIMIT);
    assertNoFaultOfOurs();
  }

  @Test
  void aStreamThatIsNotReadIsCutAndCostsTheOthersOfItsConnectionNothing() {
    long stalledBefore = stalled();
    try (Http2Connection connection = Http2Connection.to(server)) {
      List<OpenStream> streams = open(connection, 20);
      OpenStream unread = streams.get(7);
      unread.client().stopReading();
      List<OpenStream> others = new ArrayList<>(streams);
      others.remove(unread);
      publishLarge(40);
      for (OpenStream stream : others) {
        for (int i = 0; i < 40; i++) {
          assertThat(stream.next().data()).isEqualTo(i + LARGE);
        }
      }
      server.awaitOpenStreams(19, Bellwether.LIMIT);
      assertThat(unread.awaitEnd()).isEqualTo(StreamClient.End.CUT);
      assertThat(stalled()).isEqualTo(stalledBefore + 1);
      server.publish("topic", topic, "data", "on we go");
      for (OpenStream stream : others) {
        assertThat(stream.next().data()).isEqualTo("on we go");
      }
      assertThat(connection.isOpen()).isTrue();
    }
    assertNoFaultOfOurs();
  }

  /** Jetty may warn of a client that left while its stream was being completed. */
  private void assertNoFaultOfOurs() {
    assertThat(server.process().log())
        .doesNotContain("SEVERE", "OutOfMemory", "at bellwether.exchange", "at bellwether.stream");
  }

  private List<OpenStream> open(Http2Connection connection, int count) {
    List<OpenStream> streams = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      streams.add(connection.open(server.events("topic", topic)));
      streams.get(i).opened();
    }
    return streams;
  }

  private void publishLarge(int count) {
    for (int i = 0; i < count; i++) {
      server.publish("topic", topic, "data", i + LARGE);
    }
  }

  private long stalled() {
    return server.metric("bellwether_streams_closed_total\\{reason=\"stalled\"}");
  }

  /** Opening and resetting costs a client nothing and a server much. */
  @Test
  void aConnectionThatOpensAndResetsWithoutEndIsClosedAndNobodyElseMinds() {
    try (Http2Connection peaceful = Http2Connection.to(server);
        Http2Connection attacking = Http2Connection.to(server)) {
      OpenStream staying = peaceful.open(server.events("topic", topic));
      staying.opened();
      Await.until("it is closed", Bellwether.LIMIT, () -> !attacking.openAndReset(200));
      server.awaitOpenStreams(1, Bellwether.LIMIT);
      server.publish("topic", topic, "data", "still here");
      assertThat(staying.next().data()).isEqualTo("still here");
    }
  }

  /** The server's own patience with a connection on which nothing moves is shorter than this. */
  @Test
  void aConnectionOfQuietStreamsStaysOpen() {
    try (Http2Connection connection = Http2Connection.to(server);
        OpenStream secure = Way.TLS.open(server, topic)) {
      OpenStream plain = connection.open(server.events("topic", topic));
      for (EventRecorder recorder : List.of(plain.recorder(), secure.recorder())) {
        Await.until("eight heartbeats", Bellwether.LIMIT, () -> recorder.comments() > 8);
      }
      assertThat(plain.client().hasEnded()).isFalse();
      assertThat(connection.isOpen()).isTrue();
    }
  }

  /**
   * Some clients grant a connection no more than one stream of it; then the one that is not read
   * holds up the others of its connection. It holds up nobody else, and is cut all the same.
   */
  @Test
  void whereAllStreamsShareOneWindowTheOneThatIsNotReadIsCutToo() {
    try (Http2Connection narrow = Http2Connection.withOneWindowForAll(server);
        Http2Connection wide = Http2Connection.to(server)) {
      OpenStream elsewhere = wide.open(server.events("topic", topic));
      elsewhere.opened();
      List<OpenStream> streams = open(narrow, 2);
      streams.get(0).client().stopReading();
      publishLarge(2);
      assertThat(elsewhere.nextData(2)).containsExactly(0 + LARGE, 1 + LARGE);
      assertThat(streams.get(0).awaitEnd()).isEqualTo(StreamClient.End.CUT);
      server.publish("topic", topic, "data", "on we go");
      assertThat(elsewhere.next().data()).isEqualTo("on we go");
    }
  }

  /** HTTP/1.1 stays what it was, on either port. */
  @Test
  void whoDoesNotSpeakHttp2IsServedAsBefore() {
    HttpClient old =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(http.sslContext())
            .build();
    for (URI uri :
        List.of(server.events("topic", topic), server.process().tlsUri("events?topic=" + topic))) {
      try (OpenStream stream = OpenStream.open(old, HttpRequest.newBuilder(uri).build())) {
        assertThat(stream.client().head().version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        stream.opened();
        server.publish("topic", topic, "data", "x");
        assertThat(stream.next().data()).isEqualTo("x");
      }
    }
  }
}
