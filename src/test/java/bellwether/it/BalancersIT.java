package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.Postgres;
import bellwether.harness.Await;
import bellwether.harness.Balancer;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.StreamClient;
import bellwether.wire.MessageEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The documented configurations of load balancers, in front of three nodes. */
@Tag("soak")
class BalancersIT {
  private static final int READERS = 9;
  private static final int EVENTS = 30;

  private final List<Bellwether> nodes = new ArrayList<>();

  @BeforeEach
  void startNodes() throws SQLException {
    String database = "balanced_" + UUID.randomUUID().toString().replace("-", "");
    Postgres.execute("CREATE DATABASE " + database);
    String url = Postgres.url().replace("/postgres?", "/" + database + "?");
    for (String name : List.of("a", "b", "c")) {
      nodes.add(
          Bellwether.start(
              Container.OWN,
              builder ->
                  builder
                      .jvmArgument("-XX:TieredStopAtLevel=1")
                      .setting("bellwether.log", "postgres")
                      .setting("bellwether.node", name)
                      .setting("bellwether.clock.interval", "1h")
                      .setting("bellwether.retry", "100ms")
                      .setting("bellwether.database.url", url)));
    }
  }

  @AfterEach
  void stopNodes() {
    nodes.forEach(Bellwether::close);
  }

  private Balancer balancer(Balancer.Kind kind) {
    return Balancer.start(kind, nodes.stream().map(node -> node.process().port()).toList());
  }

  private static OpenStream stream(Balancer balancer, String more) {
    URI uri = URI.create("http://127.0.0.1:" + balancer.port() + "/events?topic=news" + more);
    return OpenStream.open(uri, Map.of());
  }

  /** Publishes on a connection of its own, so that the balancer chooses a node for each. */
  private static void publish(Balancer balancer, String data) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + balancer.port() + "/events"))
            .header("Authorization", "Bearer " + Bellwether.KEY)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(Bellwether.form("topic", "news", "data", data)))
            .build();
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    }
  }

  private static List<String> numbered(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "n" + i).toList();
  }

  @ParameterizedTest
  @EnumSource(Balancer.Kind.class)
  void readersAndPublishersUseAnyNodeAndLoseNothingWhenOneIsKilled(Balancer.Kind kind) {
    try (Balancer balancer = balancer(kind)) {
      List<OpenStream> readers =
          IntStream.range(0, READERS).mapToObj(i -> stream(balancer, "").opened()).toList();
      assertThat(nodes)
          .as("each node has some")
          .allSatisfy(node -> assertThat(node.metric("bellwether_streams_open")).isPositive());
      numbered(0, EVENTS).forEach(data -> publish(balancer, data));
      for (OpenStream reader : readers) {
        assertThat(reader.nextData(EVENTS)).isEqualTo(numbered(0, EVENTS));
      }

      nodes.get(1).process().kill();
      numbered(EVENTS, 2 * EVENTS).forEach(data -> publish(balancer, data));
      int ended = 0;
      for (OpenStream reader : readers) {
        Await.until(
            "the rest, or the end",
            Bellwether.LIMIT,
            () -> reader.client().hasEnded() || data(reader).size() == 2 * EVENTS);
        if (!reader.client().hasEnded()) {
          assertThat(data(reader)).isEqualTo(numbered(0, 2 * EVENTS));
          continue;
        }
        ended++;
        MessageEvent last = reader.recorder().events().get(reader.recorder().events().size() - 1);
        try (OpenStream again = stream(balancer, "&lastEventId=" + last.lastEventId())) {
          int had = data(reader).size();
          assertThat(again.nextData(2 * EVENTS - had)).isEqualTo(numbered(had, 2 * EVENTS));
        }
      }
      assertThat(ended).as("some were on the node that was killed").isPositive();
      readers.forEach(OpenStream::close);
    }
  }

  private static List<String> data(OpenStream reader) {
    return reader.recorder().events().stream()
        .map(MessageEvent::data)
        .filter(data -> data.startsWith("n"))
        .toList();
  }

  @Test
  void aNodeThatIsDrainedGetsNoNewReaders() {
    try (Balancer balancer = balancer(Balancer.Kind.HAPROXY);
        OpenStream first = stream(balancer, "").opened();
        OpenStream second = stream(balancer, "").opened();
        OpenStream third = stream(balancer, "").opened()) {
      // The balancer asks once a second: so it has seen the 503 when the streams end.
      HttpResponse<String> drained =
          nodes
              .get(0)
              .send(
                  nodes
                      .get(0)
                      .request(
                          "admin/drain?node=b&delay=3s&window=1s",
                          "Authorization",
                          "Bearer " + Bellwether.KEY)
                      .POST(BodyPublishers.noBody()));
      assertThat(drained.body()).contains("\"told\":1");
      Await.until(
          "the end of the one that was there",
          Bellwether.LIMIT,
          () -> List.of(first, second, third).stream().anyMatch(s -> s.client().hasEnded()));
      for (int i = 0; i < READERS; i++) {
        try (OpenStream reader = stream(balancer, "").opened()) {
          assertThat(reader.client().hasEnded()).isFalse();
          assertThat(reader.status()).isEqualTo(200);
        }
      }
      assertThat(nodes.get(1).metric("bellwether_streams_open")).isZero();
      assertThat(List.of(first, second, third))
          .filteredOn(stream -> stream.client().hasEnded())
          .singleElement()
          .satisfies(stream -> assertThat(stream.awaitEnd()).isEqualTo(StreamClient.End.COMPLETE));
    }
  }
}
