package bellwether.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What clients have missed when they come back. Each topic has one event that they still got. */
final class Backlog {
  /** How many each has missed. */
  static final int EVENTS = 1_000;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Peer peer;
  private final InetSocketAddress address;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Backlog(Peer peer, int port) {
    this.peer = peer;
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /**
   * Publishes it.
   *
   * @return the id of the first event of each of the scenario's topics, and of one more that is for
   *     warming up
   */
  List<String> publish(Scenario scenario) throws IOException, InterruptedException {
    int topics = scenario.topics();
    List<String> ids = new ArrayList<>();
    try (Publisher publisher = new Publisher(0, peer, address, topics + 1)) {
      for (int i = 0; i <= EVENTS; i++) {
        publisher.publish(System.nanoTime(), 1, topics, topics + 1);
      }
      publish(publisher, topics, topics, 1);
      publisher.awaitAnswers();
      for (int topic = 0; topic <= topics; topic++) {
        ids.add(firstId(topic));
      }
      int batch = peer.takesBatches() ? scenario.batch() : 1;
      publish(publisher, topics * EVENTS, topics, batch);
      publisher.awaitAnswers();
    }
    return ids;
  }

  /** Publishes on the topics in turn. */
  private static void publish(Publisher publisher, int events, int topics, int batch)
      throws IOException {
    for (int sent = 0; sent < events; sent += batch) {
      int size = Math.min(batch, events - sent);
      publisher.publish(System.nanoTime(), size, sent % topics, topics);
    }
  }

  private String firstId(int topic) throws IOException, InterruptedException {
    URI uri = URI.create("http://localhost:" + address.getPort() + peer.wholePath(topic));
    HttpRequest request =
        HttpRequest.newBuilder(uri).header("Accept", "text/event-stream").timeout(PATIENCE).build();
    try (InputStream body = client.send(request, BodyHandlers.ofInputStream()).body();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      String id = "";
      boolean isOurs = false;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id:")) {
          id = line.substring(3).strip();
        }
        isOurs |= line.startsWith("data: " + Scenario.SIZE + "-");
        if (isOurs && line.isEmpty()) {
          return id;
        }
      }
      throw new IOException("the stream of a topic ended before its first event");
    }
  }
}
