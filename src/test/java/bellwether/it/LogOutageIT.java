package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A log whose directory goes away refuses what it cannot keep, and goes on when it is back. */
class LogOutageIT {
  private static final int LOG_ENTRIES = 64; // eight in each file

  @Test
  void streamsStayOpenPublishersAreToldAndItMendsItself() throws IOException {
    try (Bellwether server =
            Bellwether.start(
                Container.TOMCAT_10_1,
                settings ->
                    settings
                        .setting("bellwether.clock.interval", "1h")
                        .setting("bellwether.heartbeat", "200ms")
                        .setting("bellwether.log.entries", Integer.toString(LOG_ENTRIES)));
        OpenStream stream = server.stream("topic", "log/a").opened()) {
      List<String> acknowledged = new ArrayList<>();
      Path away = server.log().resolveSibling("log-away");
      Files.move(server.log(), away);

      HttpResponse<String> refusal = publishUntilRefused(server, acknowledged);

      assertThat(refusal.statusCode()).isEqualTo(503);
      assertThat(refusal.headers().firstValue("retry-after")).isPresent();
      assertThat(refusal.headers().firstValue("content-type")).hasValue("application/problem+json");
      assertThat(refusal.body()).contains("the event log").doesNotContain("log-away");
      assertThat(server.get("health/ready").body())
          .contains("\"status\":\"DOWN\"", "\"log\":\"DOWN\"");
      assertThat(server.get("health/live").statusCode()).isEqualTo(200);
      assertThat(stream.nextData(acknowledged.size())).isEqualTo(acknowledged);
      long writes = server.metric("bellwether_stream_writes_total");
      Await.until(
          "more heartbeats",
          Bellwether.LIMIT,
          () -> server.metric("bellwether_stream_writes_total") > writes + 2);
      assertThat(stream.client().hasEnded()).isFalse();

      Files.move(away, server.log());
      server.awaitReadiness(200);
      server.publish("topic", "log/a", "data", "again");
      assertThat(stream.next().data()).isEqualTo("again");
      assertThat(server.process().log()).contains("publishing is refused", "can be written again");
    }
  }

  private static HttpResponse<String> publishUntilRefused(
      Bellwether server, List<String> acknowledged) {
    for (int i = 0; i < 2 * LOG_ENTRIES; i++) {
      String data = "event " + i;
      HttpResponse<String> answer =
          server.postForm(Bellwether.form("topic", "log/a", "data", data));
      if (answer.statusCode() != 200) {
        return answer;
      }
      acknowledged.add(data);
    }
    throw new AssertionError("It took everything, without a directory to keep it in");
  }
}
