package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.UnreadHttp2;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients do not take, or do not end, over HTTP/2: none of it holds a thread. */
class UnreadHttp2IT {
  private static final int CONNECTIONS = 2;
  private static final int STREAMS = 120; // of 128; so more than the 200 threads there are
  private static final int FILES = 60;
  private static final int OPENINGS = 60;
  private static final String FORM = "application/x-www-form-urlencoded";

  private static final Bellwether.Shared servers =
      new Bellwether.Shared(server -> server.connector("--http2", ""));

  private final Bellwether server = servers.on(Container.OWN);
  private final List<UnreadHttp2> clients = new ArrayList<>();

  @AfterAll
  static void stop() {
    servers.close();
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    for (UnreadHttp2 client : clients) {
      client.close();
    }
    server.awaitOpenStreams(0, Bellwether.LIMIT);
    assertThat(server.process().log()) // Jetty may warn of a client that left in a bad moment
        .doesNotContain("SEVERE", "OutOfMemory", "at bellwether.exchange", "at bellwether.stream");
  }

  private UnreadHttp2 withoutWindow() {
    clients.add(UnreadHttp2.withoutWindow(server));
    return clients.get(clients.size() - 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health/live",
        "/api/nothing",
        "/events?topic=",
        "/",
        "/index.html",
        "/css/bellwether.css",
        "/vendor/uplot/uPlot.iife.min.js"
      })
  void answersThatNobodyTakesHoldNoThread(String path) throws IOException {
    for (int i = 0; i < CONNECTIONS; i++) {
      UnreadHttp2 client = withoutWindow();
      for (int k = 0; k < STREAMS; k++) {
        client.get(path, Map.of());
      }
    }
    for (UnreadHttp2 client : clients) {
      client.awaitHeads(STREAMS);
    }
    assertThatItGoesOn();
  }

  @Test
  void refusalsThatNobodyTakesHoldNoThread() throws IOException {
    for (int i = 0; i < CONNECTIONS; i++) {
      UnreadHttp2 client = withoutWindow();
      for (int k = 0; k < STREAMS; k++) {
        client.withoutEnd("POST", "/events", Map.of("content-type", FORM), "topic=a");
      }
    }
    for (UnreadHttp2 client : clients) {
      client.awaitHeads(STREAMS);
    }
    assertThatItGoesOn();
  }

  @Test
  void bodiesWithoutAnEndHoldNoThread() throws IOException {
    Map<String, String> headers =
        Map.of("content-type", FORM, "content-length", "7", "accept", "text/event-stream");
    for (int i = 0; i < CONNECTIONS; i++) {
      UnreadHttp2 client = withoutWindow();
      for (int k = 0; k < STREAMS; k++) {
        client.withoutEnd("QUERY", "/events", headers, "topic=a");
      }
    }
    Await.until(
        "all are awaited",
        Bellwether.LIMIT,
        () -> server.metric("bellwether_bodies_unfinished") == CONNECTIONS * STREAMS);
    assertThatItGoesOn();
  }

  @Test
  void streamsThatOpenForNobodyHoldNoThread() throws IOException {
    int connections = 4;
    for (int i = 0; i < connections; i++) {
      UnreadHttp2 client = UnreadHttp2.withoutRoom(server);
      clients.add(client);
      for (int k = 0; k < FILES; k++) {
        client.get("/vendor/uplot/uPlot.iife.min.js", Map.of());
      }
      for (int k = 0; k < OPENINGS; k++) {
        client.get("/events?topic=log/a", Map.of("accept", "text/event-stream"));
      }
    }
    server.awaitOpenStreams((long) connections * OPENINGS, Bellwether.LIMIT);
    assertThatItGoesOn();
  }

  private void assertThatItGoesOn() {
    for (int i = 0; i < 3; i++) {
      assertThat(server.get("health/live").statusCode()).isEqualTo(200);
      server.publish("topic", "log/b", "data", "goes through meanwhile");
    }
  }
}
