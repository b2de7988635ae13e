package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.Postgres;
import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.ServerProcess;
import bellwether.harness.StreamClient;
import bellwether.wire.MessageEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two servers on one database, each with an event log of its own: one works, the other stands by,
 * says so, and takes over.
 */
@Tag("soak")
class TwoServersIT {
  private static final String STREAM = "text/event-stream";
  private static final String JSON = "application/json";
  private static final int MANY = 40;

  private final String schema = "two_" + UUID.randomUUID().toString().replace("-", "");

  @BeforeEach
  void makeSchema() throws SQLException {
    Postgres.execute("CREATE SCHEMA " + schema);
  }

  @Test
  void allNotificationsReachTheReadersOfTheOneThatIsReadyWhicheverWasSentThem() {
    try (Bellwether first = Bellwether.start(Container.OWN, this::settings);
        Bellwether second = Bellwether.launch(Container.TOMCAT_11, this::settings)) {
      assertStandsBy(second);
      try (OpenStream reader = first.stream("topic", "notifications").opened()) {
        IntStream.range(0, MANY).forEach(i -> post(i % 2 == 0 ? first : second, "n" + i));
        assertThat(titles(reader, MANY)).isEqualTo(numbered(0, MANY));
        assertStandsBy(second);

        first.process().kill();
        assertThat(reader.awaitEnd()).isEqualTo(StreamClient.End.CUT);
      }
      IntStream.range(MANY, 2 * MANY).forEach(i -> post(second, "n" + i));
      second.awaitReadiness(200);
      try (OpenStream reader = second.stream("topic", "notifications", "lastEventId", "earliest")) {
        assertThat(titles(reader, MANY)).isEqualTo(numbered(MANY, 2 * MANY));

        first.launchAgain(); // over its own log, with which it had the lease once
        assertStandsBy(first);
        post(first, "one more");
        assertThat(titles(reader, 1)).containsExactly("one more");

        second.process().terminate();
        assertThat(reader.next().type()).isEqualTo("shutdown");
      }
      first.awaitReadiness(200);
      try (OpenStream reader = first.stream("topic", "notifications").opened()) {
        post(first, "and the last");
        assertThat(titles(reader, 1)).containsExactly("and the last");
      }
    }
  }

  @Test
  void whatIsSentToAServerThatIsDrainedIsToldByTheNext() {
    try (Bellwether first = Bellwether.start(Container.OWN, this::settings);
        Bellwether second = Bellwether.launch(Container.OWN, this::settings)) {
      HttpResponse<String> drained =
          first.send(
              first
                  .request("admin/drain?delay=0s", "Authorization", "Bearer " + Bellwether.KEY)
                  .POST(BodyPublishers.noBody()));
      assertThat(drained.statusCode()).as(drained.body()).isEqualTo(200);
      post(first, "to nobody");
      post(second, "to nobody either");
      first.process().terminate();

      second.awaitReadiness(200);
      try (OpenStream reader = second.stream("topic", "notifications", "lastEventId", "earliest")) {
        assertThat(titles(reader, 2)).containsExactly("to nobody", "to nobody either");
      }
    }
  }

  @Test
  void aServerThatWasKilledTakesOverFromItselfAtOnce() throws SQLException {
    try (Bellwether server = Bellwether.start(Container.OWN, this::settings)) {
      server.process().kill();
      // So it would wait for the rest of the test, if it took the lease for another's.
      Postgres.execute(lease("ends_at = CURRENT_TIMESTAMP + INTERVAL '1 hour'"));
      server.launchAgain();
      server.awaitReadiness(200);
      assertThat(server.process().log()).doesNotContain("WARNING: Standing by");
    }
  }

  @Test
  void aServerThatHasLostItsLeaseTellsItsReadersToComeBackUntilItHasItAgain() throws SQLException {
    try (Bellwether server = Bellwether.start(Container.JETTY_12_1, this::settings)) {
      try (OpenStream reader = server.stream("topic", "notifications").opened()) {
        Postgres.execute(
            lease(
                "holder = 'another', log_name = 'another''s',"
                    + " ends_at = CURRENT_TIMESTAMP + INTERVAL '1 hour'"));
        MessageEvent last = reader.next();
        assertThat(last.type()).isEqualTo("shutdown");
        assertThat(reader.awaitEnd()).isEqualTo(StreamClient.End.COMPLETE);
        assertThat(reader.recorder().retries()).hasSize(2);
      }
      assertStandsBy(server);
      post(server, "meanwhile");
      Postgres.execute(lease("ends_at = CURRENT_TIMESTAMP"));

      server.awaitReadiness(200);
      try (OpenStream reader = server.stream("topic", "notifications", "lastEventId", "earliest")) {
        assertThat(titles(reader, 1)).containsExactly("meanwhile");
      }
    }
  }

  /** Of the network, it is there; but nobody ever says a word. */
  @Test
  void aDatabaseThatDoesNotAnswerKeepsNeitherStartNorStreamsWaiting() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Bellwether server =
            Bellwether.launch(
                Container.OWN,
                builder ->
                    builder.setting(
                        "bellwether.database.url",
                        "jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/tables"))) {
      assertThat(server.get("health/live").statusCode()).isEqualTo(200);
      HttpResponse<String> readiness = server.get("health/ready");
      assertThat(readiness.statusCode()).isEqualTo(503);
      assertThat(readiness.body())
          .contains("\"lease\":\"DOWN\"", "the database does not say which server works on it");
      try (OpenStream reader = server.stream("topic", "news").opened()) {
        server.publish("topic", "news", "data", "of no table");
        assertThat(reader.nextData(1)).containsExactly("of no table");
      }
    }
  }

  private ServerProcess.Builder settings(ServerProcess.Builder builder) {
    return builder
        .setting("bellwether.database.url", Postgres.url() + "&currentSchema=" + schema)
        .setting("bellwether.notification.interval", "100ms");
  }

  private String lease(String change) {
    return "UPDATE " + schema + ".bellwether_lease SET " + change;
  }

  private static void assertStandsBy(Bellwether server) {
    Await.until(
        "a reason",
        Bellwether.LIMIT,
        () ->
            server
                .get("health/ready")
                .body()
                .contains("another server works on the same database"));
    HttpResponse<String> readiness = server.get("health/ready");
    assertThat(readiness.statusCode()).isEqualTo(503);
    assertThat(readiness.body()).contains("\"lease\":\"DOWN\"");

    HttpResponse<String> stream = server.get("events?topic=notifications", "Accept", STREAM);
    assertThat(stream.statusCode()).isEqualTo(200);
    assertThat(stream.body()).matches(":\\nretry: [0-9]+\\n");
    assertSaysWhy(server.get("events?topic=notifications", "Accept", JSON));
    assertSaysWhy(server.postForm(Bellwether.form("topic", "news", "data", "for nobody")));
    assertThat(server.get("api/stocks").statusCode()).isEqualTo(200);
    assertThat(server.process().log().split("Standing by", -1)).hasSize(2); // once
  }

  private static void assertSaysWhy(HttpResponse<String> refusal) {
    assertThat(refusal.statusCode()).isEqualTo(503);
    assertThat(refusal.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(refusal.headers().firstValue("retry-after")).isPresent();
    assertThat(refusal.body()).contains("another one works on the same database");
  }

  private static void post(Bellwether server, String title) {
    HttpResponse<String> answer =
        server.json("POST", "api/notifications", "{\"title\":\"" + title + "\",\"body\":\"\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  private static List<String> titles(OpenStream reader, int count) {
    Function<String, String> title = data -> data.replaceFirst(".*\"title\":\"([^\"]*)\".*", "$1");
    return reader.nextData(count).stream().map(title).toList();
  }

  private static List<String> numbered(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "n" + i).toList();
  }
}
