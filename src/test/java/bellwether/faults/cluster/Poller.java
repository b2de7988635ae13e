package bellwether.faults.cluster;

import bellwether.faults.Ids;
import bellwether.faults.PublishConnection;
import bellwether.faults.PublishConnection.Answer;
import bellwether.faults.PublishRequests;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Publishes to one node, and once that is acknowledged, polls another: what was acknowledged must
 * be in the answer. On a thread of its own.
 */
final class Poller {
  private static final Logger log = Logger.getLogger(Poller.class.getName());
  private static final String TOPIC = "poll/1";
  private static final Duration PAUSE = Duration.ofMillis(40);

  /** An event that was acknowledged, and was not in a poll that began later. */
  private record Missed(String id, int reign, String what) {}

  private final String run;
  private final Nodes nodes;
  private final Takeovers takeovers;
  private final Random random;
  private final Thread thread = new Thread(this::run, "poller");
  private volatile boolean isEnding;

  // Confined to the thread; when it has ended, to who ended it.
  private final List<Missed> missed = new ArrayList<>();
  private long polls;
  private long unanswered;
  private long published;
  private String lastId = "";

  /**
   * @param run makes its keys different from those of other runs
   */
  Poller(String run, Nodes nodes, Takeovers takeovers, Random random) {
    this.run = run;
    this.nodes = nodes;
    this.takeovers = takeovers;
    this.random = random;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Returns when its thread has ended. */
  void finish() throws InterruptedException {
    isEnding = true;
    thread.join();
  }

  long polls() {
    return polls;
  }

  /** Polls, and requests to publish before them, that got no answer or another status. */
  long unanswered() {
    return unanswered;
  }

  /** Returns in words what polls lacked that is kept. */
  List<String> missed(KeptLog kept) {
    return missed.stream()
        .filter(each -> !takeovers.mayLose(each.reign) || !kept.isLostByLagging(position(each)))
        .map(Missed::what)
        .toList();
  }

  private static long position(Missed each) {
    return Ids.position(each.id);
  }

  private void run() {
    while (!isEnding) {
      try {
        poll();
      } catch (IOException e) {
        unanswered++;
        log.log(Level.FINE, "the poller tries again", e);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private void poll() throws IOException {
    List<Node> all = nodes.all();
    int first = random.nextInt(all.size());
    Node to = all.get(first);
    Node from = all.get((first + 1 + random.nextInt(all.size() - 1)) % all.size());
    OptionalInt splits = takeovers.splits();
    String form = "topic=" + TOPIC + "&data=" + published;
    String name = run + "-poll-" + published++;
    Answer acknowledgement = send(to, PublishRequests.form(form, name, Nodes.KEY));
    if (acknowledgement.status() != 200) {
      unanswered++;
      return;
    }
    int reign = takeovers.count();
    String id = acknowledgement.body();
    String after = lastId;
    lastId = id;
    if (after.isEmpty()) {
      return; // a poll without an id gets only what is new
    }
    Answer answer = send(from, request(after));
    if (answer.status() != 200) {
      unanswered++;
      return;
    }
    polls++;
    try (JsonReader reader = Json.createReader(new StringReader(answer.body()))) {
      JsonObject page = reader.readObject();
      boolean isThere =
          page.getJsonArray("events").getValuesAs(JsonObject.class).stream()
              .anyMatch(event -> event.getString("id", "").equals(id));
      // What one of two primaries has acknowledged, the other cannot know.
      boolean isWhole = splits.isPresent() && splits.equals(takeovers.splits());
      if (!isThere && !page.containsKey("gap") && reign == takeovers.count() && isWhole) {
        missed.add(
            new Missed(
                id,
                reign,
                "%s of %s, polled after %s from %s: %s"
                    .formatted(id, to.name(), after, from.name(), answer.body())));
      }
    }
  }

  private static Answer send(Node node, String request) throws IOException {
    try (PublishConnection connection = new PublishConnection(node.port())) {
      return connection.send(request);
    }
  }

  private static String request(String after) {
    return "GET /events?topic=%s HTTP/1.1\r\nHost: 127.0.0.1\r\n".formatted(TOPIC)
        + "Accept: application/json\r\nLast-Event-ID: %s\r\n\r\n".formatted(after);
  }
}
