package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.Postgres;
import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.ServerProcess;
import bellwether.harness.StreamClient;
import bellwether.harness.proxy.TcpProxy;
import bellwether.wire.MessageEvent;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Servers that keep one log in one PostgreSQL are one hub. */
@Tag("soak")
class ManyNodesIT {
  private static final int MANY = 20;
  private static final Duration LEASE = Duration.ofSeconds(40); // until another has the feeds

  private final String database = "nodes_" + UUID.randomUUID().toString().replace("-", "");

  @BeforeEach
  void makeDatabase() throws SQLException {
    Postgres.execute("CREATE DATABASE " + database);
  }

  private String url(int port) {
    return "jdbc:postgresql://localhost:" + port + '/' + database + "?user=postgres";
  }

  private static int postgresPort() {
    return URI.create(Postgres.url().substring("jdbc:".length())).getPort();
  }

  private Bellwether node(Container container) {
    return node(container, postgresPort());
  }

  private Bellwether node(Container container, int port) {
    return Bellwether.start(container, builder -> settings(builder, port));
  }

  private ServerProcess.Builder settings(ServerProcess.Builder builder, int port) {
    return builder
        .setting("bellwether.log", "postgres")
        .setting("bellwether.database.url", url(port))
        .setting("bellwether.retained", "state/{name}")
        .setting("bellwether.clock.interval", "1h")
        .setting("bellwether.notification.interval", "100ms");
  }

  @Test
  void whatIsPublishedToAnyNodeReachesTheReadersOfAllInOneOrder() {
    try (Bellwether a = node(Container.OWN);
        Bellwether b = node(Container.TOMCAT_11);
        Bellwether c = node(Container.JETTY_12_1)) {
      List<Bellwether> nodes = List.of(a, b, c);
      List<OpenStream> readers =
          nodes.stream().map(node -> node.stream("topic", "news").opened()).toList();
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        ids.add(nodes.get(i % 3).publish("topic", "news", "data", "n" + i));
      }
      for (OpenStream reader : readers) {
        assertThat(events(reader, MANY))
            .extracting(MessageEvent::data)
            .isEqualTo(numbered(0, MANY));
      }
      // A client of one node comes back to another, and to the third with what that has not said.
      String last = b.publish("topic", "news", "data", "newest");
      try (OpenStream resumed = c.stream("topic", "news", "lastEventId", ids.get(MANY - 2))) {
        assertThat(resumed.nextData(2)).containsExactly("n" + (MANY - 1), "newest");
      }
      try (OpenStream resumed = a.stream("topic", "news", "lastEventId", last)) {
        c.publish("topic", "news", "data", "after");
        assertThat(resumed.nextData(1)).as("no gap").containsExactly("after");
      }
      readers.forEach(OpenStream::close);

      c.publish("topic", "state/x", "data", "state");
      try (OpenStream late = a.stream("topic", "state/x")) {
        assertThat(nextState(late)).isEqualTo("state"); // at once, or as soon as a has read it
      }
      String key = "Idempotency-Key";
      String once = a.postForm(Bellwether.form("topic", "news", "data", "1"), key, "k").body();
      assertThat(b.postForm(Bellwether.form("topic", "news", "data", "2"), key, "k").body())
          .isEqualTo(once);
    }
  }

  @Test
  void theFeedsRunOnOneNodeAndAnotherGoesOnWhenThatIsKilled() {
    try (Bellwether first = node(Container.OWN);
        Bellwether second = node(Container.OWN);
        Bellwether third = node(Container.OWN)) {
      List<Bellwether> nodes = List.of(first, second, third);
      try (OpenStream told = third.stream("topic", "notifications").opened();
          OpenStream board = third.stream("topic", "stocks/ACME").opened()) {
        IntStream.range(0, MANY).forEach(i -> notify(nodes.get(i % 3), "n" + i));
        assertThat(titles(told.nextData(MANY))).isEqualTo(numbered(0, MANY));
        String acme = "{\"name\":\"Acme\",\"price\":1,\"quantity\":7}";
        assertThat(second.json("PUT", "api/stocks/ACME", acme).statusCode()).isEqualTo(201);
        assertThat(nextState(board)).contains("\"quantity\":7,");

        first.process().kill(); // it came first, so it has the lease
        IntStream.range(MANY, 2 * MANY).forEach(i -> notify(second, "n" + i));
        Await.until(
            "the notifications that nobody had told",
            LEASE,
            () -> notifications(told).size() >= 2 * MANY);
        assertThat(titles(notifications(told))).isEqualTo(numbered(0, 2 * MANY));
        assertThat(second.json("PUT", "api/stocks/ACME", acme.replace('7', '8')).statusCode())
            .isEqualTo(200);
        assertThat(nextState(board)).contains("\"quantity\":8,");
        assertThat(notifications(told)).hasSize(2 * MANY);
      }
    }
  }

  @Test
  void whileTheDatabaseIsAwayStreamsStayOpenAndNothingFalseIsSaid() {
    try (TcpProxy network = new TcpProxy(postgresPort());
        Bellwether node = node(Container.OWN, network.port());
        OpenStream reader = node.stream("topic", "news").opened()) {
      String before = node.publish("topic", "news", "data", "before");
      network.refuse(true);
      network.resetAll();
      Await.until(
          "degraded",
          Bellwether.LIMIT,
          () -> node.get("health/ready").body().contains("\"status\":\"DEGRADED\""));
      assertThat(node.get("health/ready").statusCode()).isEqualTo(200);
      OpenStream resumed = node.stream("topic", "news", "lastEventId", before);
      assertThat(resumed.status()).isEqualTo(200);
      CompletableFuture<HttpResponse<String>> waiting =
          node.begin(
              node.request("events", "Authorization", "Bearer " + Bellwether.KEY)
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .POST(
                      BodyPublishers.ofString(
                          Bellwether.form("topic", "news", "data", "meanwhile"))));
      network.refuse(false);
      assertThat(Await.value("an answer", Bellwether.LIMIT, waiting).statusCode()).isEqualTo(200);
      assertThat(reader.nextData(2)).containsExactly("before", "meanwhile");
      assertThat(resumed.nextData(1)).as("no gap").containsExactly("meanwhile");
      resumed.close();
      assertThat(reader.client().hasEnded()).isFalse();
      Await.until(
          "up", Bellwether.LIMIT, () -> node.get("health/ready").body().contains("\"UP\",\"ch"));
    }
  }

  /** As after a restore from an older copy: the log is not the one that the node has read. */
  @Test
  void aNodeWhoseLogHasBecomeAnotherSendsItsReadersAwayUntilItIsRestarted() throws SQLException {
    try (Bellwether node = node(Container.OWN);
        OpenStream reader = node.stream("topic", "news").opened()) {
      node.publish("topic", "news", "data", "before");
      assertThat(reader.nextData(1)).containsExactly("before");
      Postgres.execute(database, "UPDATE bellwether_log.epoch SET name = 'bw000000000'");

      // Up to 40 s it may be one connection that leads to another server.
      Await.until(
          "a node that is not ready",
          Duration.ofMinutes(1),
          () -> node.get("health/ready").statusCode() == 503);
      assertThat(reader.awaitEnd()).isEqualTo(StreamClient.End.COMPLETE);
      assertThat(reader.rest()).last().extracting(MessageEvent::type).isEqualTo("shutdown");
      assertThat(node.postForm(Bellwether.form("topic", "news", "data", "x")).statusCode())
          .isEqualTo(503);
      node.stopAndStart();
      node.publish("topic", "news", "data", "after");
    }
  }

  @Test
  void whoeverStopsANodeLosesNothing() {
    try (Bellwether a = node(Container.OWN);
        Bellwether b = node(Container.OWN);
        OpenStream reader = a.stream("topic", "news").opened()) {
      a.publish("topic", "news", "data", "one");
      MessageEvent one = reader.next();
      a.process().kill();
      assertThat(reader.awaitEnd()).isEqualTo(StreamClient.End.CUT);
      b.publish("topic", "news", "data", "two");
      try (OpenStream resumed = b.stream("topic", "news", "lastEventId", one.lastEventId())) {
        assertThat(resumed.nextData(1)).containsExactly("two");
      }
      a.launchAgain();
      a.awaitReadiness(200);
      try (OpenStream again = a.stream("topic", "news", "lastEventId", one.lastEventId())) {
        assertThat(again.nextData(1)).containsExactly("two");
      }
    }
  }

  private static List<MessageEvent> events(OpenStream reader, int count) {
    return IntStream.range(0, count).mapToObj(i -> reader.next()).toList();
  }

  private static void notify(Bellwether server, String title) {
    HttpResponse<String> answer =
        server.json("POST", "api/notifications", "{\"title\":\"" + title + "\",\"body\":\"\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  private static String nextState(OpenStream reader) {
    MessageEvent event;
    do {
      event = reader.next();
    } while (event.type().equals("cursor")); // as a heartbeat
    return event.data();
  }

  /** What it has been told so far, without the events that tell where it is. */
  private static List<String> notifications(OpenStream reader) {
    return reader.recorder().events().stream()
        .filter(event -> event.type().equals("notification"))
        .map(MessageEvent::data)
        .toList();
  }

  private static List<String> titles(List<String> notifications) {
    return notifications.stream()
        .map(data -> data.replaceFirst(".*\"title\":\"([^\"]*)\".*", "$1"))
        .toList();
  }

  private static List<String> numbered(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "n" + i).toList();
  }
}
