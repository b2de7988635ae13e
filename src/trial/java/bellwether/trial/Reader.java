package bellwether.trial;

import bellwether.wire.EventStreamParser;
import bellwether.wire.MessageEvent;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * A client as a browser would be: it reads the numbers, comes back with its last id whenever its
 * stream ends, and counts what is missing and what came twice.
 */
final class Reader implements AutoCloseable {
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final int PIECE = 4096; // bytes

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String name;
  private final URI events;
  private final Thread thread;

  private String lastId = ""; // confined to the reading thread

  // Guarded by this.
  private long last;
  private long received;
  private long missing;
  private long doubled;
  private long gaps;

  Reader(String name, URI balancer) {
    this.name = name;
    this.events = balancer.resolve("events?topic=trial&client=" + name);
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  synchronized JsonObjectBuilder json() {
    return Json.createObjectBuilder()
        .add("name", name)
        .add("last", last)
        .add("received", received)
        .add("missing", missing)
        .add("doubled", doubled)
        .add("gaps", gaps);
  }

  private void run() {
    try {
      while (true) {
        read();
        Thread.sleep(RETRY.toMillis());
      }
    } catch (InterruptedException e) {
      // It is closed.
    }
  }

  private void read() throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(events).header("Accept", "text/event-stream");
    if (!lastId.isEmpty()) {
      request.header("Last-Event-ID", lastId);
    }
    try {
      HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        if (answer.statusCode() == 200) {
          read(body);
        }
      }
    } catch (IOException e) {
      // The node has gone, or none was there.
    }
  }

  private void read(InputStream body) throws IOException {
    EventStreamParser parser = new EventStreamParser(this::take);
    byte[] piece = new byte[PIECE];
    for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
      parser.feed(piece, 0, count);
    }
  }

  private synchronized void take(MessageEvent event) {
    if (!event.lastEventId().isEmpty()) {
      lastId = event.lastEventId();
    }
    if (event.type().equals("gap")) {
      gaps++;
    } else if (event.type().equals("message")) {
      count(Long.parseLong(event.data()));
    }
  }

  private void count(long number) {
    received++;
    if (number <= last) {
      doubled++;
    } else {
      missing += last == 0 ? 0 : number - last - 1;
      last = number;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
