package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Polls that are held when the application ends are answered, not left hanging. */
@Tag("soak")
class PollEndIT {
  private static final int HELD = 50;

  @ParameterizedTest
  @EnumSource
  void isAnsweredWhenTheApplicationIsUndeployed(Container container) {
    try (Bellwether server = Bellwether.start(container, settings -> settings)) {
      List<CompletableFuture<HttpResponse<String>>> polls = hold(server);

      server.process().undeploy();

      assertAnswered(polls);
      assertThat(server.process().log()).doesNotContain("SEVERE", "Exception");
    }
  }

  @ParameterizedTest
  @EnumSource(names = "JETTY_12_1", mode = EnumSource.Mode.EXCLUDE) // it closes connections first
  void isAnsweredWhenTheProcessIsToldToStop(Container container) {
    try (Bellwether server = Bellwether.start(container, settings -> settings)) {
      List<CompletableFuture<HttpResponse<String>>> polls = hold(server);

      server.process().terminate();

      assertAnswered(polls);
      assertThat(server.process().log()).doesNotContain("SEVERE", "Exception");
    }
  }

  private static List<CompletableFuture<HttpResponse<String>>> hold(Bellwether server) {
    String place = server.publish("topic", "log/news", "data", "before");
    List<CompletableFuture<HttpResponse<String>>> polls = new ArrayList<>();
    for (int i = 0; i < HELD; i++) {
      polls.add(
          server.begin(
              HttpRequest.newBuilder(server.events("topic", "log/news", "lastEventId", place))
                  .header("Accept", "application/json")
                  .header("Prefer", "wait=55")));
    }
    Await.until(
        "the polls", Duration.ofSeconds(30), () -> server.metric("bellwether_polls_open") == HELD);
    return polls;
  }

  private static void assertAnswered(List<CompletableFuture<HttpResponse<String>>> polls) {
    for (CompletableFuture<HttpResponse<String>> poll : polls) {
      HttpResponse<String> answer = Await.value("an answer", Bellwether.LIMIT, poll);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).startsWith("{\"events\":[],\"lastEventId\":");
    }
  }
}
