package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.fixtures.Postgres;
import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.ServerProcess;
import bellwether.harness.SignedToken;
import bellwether.wire.MessageEvent;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What clients and operators ask of one node holds for all nodes of the hub. */
@Tag("soak")
class ClusterIT {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String HUB = ".well-known/mercure";
  private static final Duration DEATH = Duration.ofSeconds(60); // until it is noticed

  private final String database = "cluster_" + UUID.randomUUID().toString().replace("-", "");

  @BeforeEach
  void makeDatabase() throws SQLException {
    Postgres.execute("CREATE DATABASE " + database);
  }

  private Bellwether node(String name) {
    return node(name, Container.OWN, settings -> settings);
  }

  private Bellwether node(
      String name, Container container, UnaryOperator<ServerProcess.Builder> more) {
    int port = URI.create(Postgres.url().substring("jdbc:".length())).getPort();
    return Bellwether.start(
        container,
        builder ->
            more.apply(
                builder
                    .setting("bellwether.log", "postgres")
                    .setting("bellwether.node", name)
                    .setting("bellwether.token.key", SignedToken.KEY)
                    .setting("bellwether.subscriptions", "true")
                    .setting("bellwether.clock.interval", "1h")
                    .setting("bellwether.retry", "100ms")
                    .setting(
                        "bellwether.database.url",
                        "jdbc:postgresql://localhost:"
                            + port
                            + '/'
                            + database
                            + "?user=postgres")));
  }

  private static String token(String user, String id) {
    return SignedToken.draft7(
        "[\"*\"]", "[\"*\"]", ",\"sub\":\"" + user + "\",\"jti\":\"" + id + "\"");
  }

  private static String bearer(String token) {
    return "Bearer " + token;
  }

  private static HttpResponse<String> post(
      Bellwether node, String path, String form, String credentials) {
    return node.send(
        node.request(path, "Content-Type", FORM, "Authorization", bearer(credentials))
            .POST(BodyPublishers.ofString(form)));
  }

  private static OpenStream stream(Bellwether node, String token, String topic) {
    return node.stream(Map.of("Authorization", bearer(token)), "topic", topic).opened();
  }

  @Test
  void whatOneNodeRevokesEndsTheStreamsOfAllAtOnePositionAndIsRefusedEverywhere() {
    String ada = token("ada", "t-1");
    try (Bellwether a = node("a");
        Bellwether b = node("b", Container.TOMCAT_11, settings -> settings);
        OpenStream atA = stream(a, ada, "news");
        OpenStream atB = stream(b, ada, "news");
        OpenStream other = stream(b, token("bob", "t-2"), "news")) {
      a.publish("topic", "news", "data", "before", "private", "on");
      assertThat(atB.nextData(1)).containsExactly("before");
      assertThat(atA.nextData(1)).containsExactly("before");

      HttpResponse<String> answer = post(a, "admin/revocations", "user=ada", Bellwether.KEY);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      b.publish("topic", "news", "data", "after", "private", "on");
      assertThat(atA.next().type()).isEqualTo("revoked");
      assertThat(atB.next().type()).isEqualTo("revoked");
      atA.awaitEnd();
      atB.awaitEnd();
      assertThat(other.nextData(2)).containsExactly("before", "after");
      String publish = Bellwether.form("topic", "news", "data", "x");
      assertThat(post(b, "events", publish, ada).statusCode()).isEqualTo(401);
      assertThat(post(a, "events", publish, ada).statusCode()).isEqualTo(401);

      // A node that comes later knows of it, and so do all after a restart.
      try (Bellwether c = node("c")) {
        assertThat(post(c, "events", publish, ada).statusCode()).isEqualTo(401);
        assertThat(post(c, "events", publish, token("bob", "t-2")).statusCode()).isEqualTo(200);
        Map<String, String> bob = Map.of("Authorization", bearer(token("bob", "t-2")));
        try (OpenStream all = c.stream(bob, "topic", "*", "lastEventId", "earliest")) {
          List<String> data = new ArrayList<>();
          while (!data.contains("x")) {
            data.add(all.next().data());
          }
          assertThat(data)
              .contains("before", "after")
              .as("nobody gets what nodes tell each other")
              .noneMatch(text -> text.contains("revoked"));
        }
      }
    }
  }

  @Test
  void aStreamOfOneNodeIsChangedThroughAnother() {
    String ada = token("ada", "t-1");
    try (Bellwether a = node("a");
        Bellwether b = node("b", Container.JETTY_12_1, settings -> settings);
        OpenStream stream = a.stream(Map.of("Authorization", bearer(ada)), "topic", "news")) {
      MessageEvent cursor = stream.next();
      String url = cursor.data().replaceFirst(".*\"url\":\"([^\"]*)\".*", "$1");
      HttpResponse<String> changed = post(b, url, Bellwether.form("topic", "sport"), ada);
      assertThat(changed.statusCode()).as(changed.body()).isEqualTo(204);
      b.publish("topic", "news", "data", "not any more");
      b.publish("topic", "sport", "data", "goal");
      assertThat(stream.nextData(1)).containsExactly("goal");

      HttpResponse<String> wrong = post(b, url, Bellwether.form("interval", "soon"), ada);
      assertThat(wrong.statusCode()).isEqualTo(400);
      assertThat(wrong.body()).contains("interval").contains("\"status\":400");
      assertThat(post(b, url, Bellwether.form("topic", "x"), token("bob", "t-2")).statusCode())
          .isEqualTo(403);
      String unknown = url.substring(0, url.length() - 4) + "0000";
      assertThat(post(b, unknown, Bellwether.form("topic", "x"), ada).statusCode()).isEqualTo(404);
      assertThat(post(b, "events/" + "0".repeat(32), "", ada).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void anOperatorDrainsAnyNodeThroughAnother() {
    try (Bellwether a = node("a");
        Bellwether b = node("b");
        OpenStream reader = a.stream("topic", "news").opened()) {
      String nodes = b.get("admin/nodes", "Authorization", bearer(Bellwether.KEY)).body();
      assertThat(nodes).contains("\"name\":\"a\"").contains("\"name\":\"b\"");
      HttpResponse<String> drained = post(b, "admin/drain?node=a&window=1s", "", Bellwether.KEY);
      assertThat(drained.statusCode()).as(drained.body()).isEqualTo(200);
      assertThat(drained.body()).contains("\"state\":\"drained\"").contains("\"told\":1");
      assertThat(reader.next().type()).isEqualTo("shutdown");
      a.awaitReadiness(503);
      b.awaitReadiness(200);
      HttpResponse<String> state =
          b.get("admin/drain?node=a", "Authorization", bearer(Bellwether.KEY));
      assertThat(state.body()).contains("\"state\":\"drained\"");
      assertThat(
              b.send(
                      b.request("admin/drain?node=a", "Authorization", bearer(Bellwether.KEY))
                          .DELETE())
                  .statusCode())
          .isEqualTo(200);
      a.awaitReadiness(200);
      assertThat(post(b, "admin/drain?node=c", "", Bellwether.KEY).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void theSubscriptionsOfAllNodesAreListedByEachAndEndWithTheirNode() {
    String all = token("ada", "t-1");
    try (Bellwether a = node("a");
        Bellwether b = node("b");
        OpenStream told =
            b.stream(
                Map.of("Authorization", bearer(all)),
                "topic",
                "/" + HUB + "/subscriptions/{topic}/{subscriber}")) {
      told.opened();
      OpenStream subscriber =
          OpenStream.open(a.uri(HUB + "?topic=news"), Map.of("Authorization", bearer(all)));
      assertThat(told.nextData(1).get(0)).contains("\"active\":true").contains("news");
      for (Bellwether node : List.of(a, b)) {
        String list = node.get(HUB + "/subscriptions", "Authorization", bearer(all)).body();
        assertThat(list).contains("\"topic\":\"news\"");
      }
      a.process().kill();
      subscriber.close();
      Await.until(
          "the end of what the dead node had",
          DEATH,
          () ->
              told.recorder().events().stream()
                  .anyMatch(event -> event.data().contains("\"active\":false")));
      assertThat(b.get(HUB + "/subscriptions", "Authorization", bearer(all)).body())
          .doesNotContain("\"topic\":\"news\"");
    }
  }

  @Test
  void theLimitOfStreamsHoldsForAllNodesTogether() {
    UnaryOperator<ServerProcess.Builder> two =
        settings -> settings.setting("bellwether.token.streams", "2");
    String ada = token("ada", "t-1");
    try (Bellwether a = node("a", Container.OWN, two);
        Bellwether b = node("b", Container.OWN, two);
        OpenStream second = stream(a, ada, "news")) {
      OpenStream first = stream(a, ada, "news");
      Await.until(
          "b knows of a's",
          Bellwether.LIMIT,
          () ->
              b.get("events?topic=news", "Accept", "application/json", "Authorization", bearer(ada))
                      .statusCode()
                  == 429);
      first.close();
      Await.until(
          "b knows of the end",
          Bellwether.LIMIT,
          () ->
              b.get("events?topic=news", "Accept", "application/json", "Authorization", bearer(ada))
                      .statusCode()
                  == 200);
      assertThat(second.client().hasEnded()).isFalse();
    }
  }

  @Test
  void aNodeWithOtherRulesIsRefusedAndSaysWhichOnesDiffer() {
    try (Bellwether a = node("a")) {
      assertThatThrownBy(
              () ->
                  node(
                          "b",
                          Container.OWN,
                          settings -> settings.setting("bellwether.retained", "state/{name}"))
                      .close())
          .hasMessageContaining("node a has bellwether.retained=")
          .hasMessageContaining("bellwether.retained=state/{name}");
      assertThat(a.get("health/ready").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whatAPageOfTheDemoAsksOfOneNodeIsDoneByTheNodeThatCan() {
    UnaryOperator<ServerProcess.Builder> demo =
        settings -> settings.setting("bellwether.demo", "true");
    try (Bellwether a = node("a", Container.OWN, demo);
        Bellwether b = node("b", Container.JETTY_12_1, demo);
        OpenStream atA = a.stream("topic", "guide/mine").opened();
        OpenStream atB = b.stream("topic", "guide/mine").opened()) {
      String form = Bellwether.form("topic", "guide/mine", "retry", "4s");
      assertThat(post(b, "demo/cut", form, Bellwether.KEY).body()).isEqualTo("{\"cut\":2}");
      atA.awaitEnd();
      atB.awaitEnd();

      String opened = "bellwether_streams_opened_total ";
      Await.until( // it takes until the next meeting of the nodes
          "the metrics of both",
          Bellwether.LIMIT,
          () -> a.get("demo/metrics").body().split(opened + "1.0", -1).length == 3);

      String load = Bellwether.form("streams", "5", "rate", "5");
      assertThat(post(a, "demo/load", load, Bellwether.KEY).statusCode()).isEqualTo(200);
      Await.until(
          "its streams", Bellwether.LIMIT, () -> b.get("demo/load").body().contains("\"open\":5"));
      assertThat(post(b, "demo/load", load, Bellwether.KEY).statusCode()).isEqualTo(409);
      assertThat(b.send(b.request("demo/load").DELETE()).body()).contains("\"running\":false");
      assertThat(a.get("demo/load").body()).contains("\"running\":false", "\"streams\":5");
      assertThat(post(b, "demo/load", load, Bellwether.KEY).statusCode()).isEqualTo(200);
      assertThat(a.get("demo/load").body()).contains("\"running\":true");

      String reader = Bellwether.form("topic", "guide/mine", "bytes", "2000");
      assertThat(post(b, "demo/slow-reader", reader, Bellwether.KEY).statusCode()).isEqualTo(200);
      assertThat(a.get("demo/slow-reader").body()).contains("\"running\":true");
      assertThat(a.send(a.request("demo/slow-reader").DELETE()).body())
          .isEqualTo(b.get("demo/slow-reader").body())
          .contains("\"running\":false");
    }
  }

  @Test
  void aPollOfAnyNodeHasWhatWasAcknowledgedBefore() {
    try (Bellwether a = node("a");
        Bellwether b = node("b")) {
      String last = a.publish("topic", "news", "data", "n0");
      for (int i = 1; i <= 200; i++) {
        String id = a.publish("topic", "news", "data", "n" + i);
        HttpResponse<String> poll =
            b.get("events?topic=news&lastEventId=" + last, "Accept", "application/json");
        assertThat(poll.body()).contains("\"data\":\"n" + i + "\"");
        last = id;
        assertThat(b.get("events?topic=news", "Accept", "application/json").body())
            .contains("\"lastEventId\":\"" + id + "\"");
      }
    }
  }
}
