package bellwether.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Locale;

/** The servers, as their clients see them. How each is started is in {@link ServerProcess}. */
enum Peer {
  FLOOR("The floor: `send()` and nothing else"),
  NCHAN("nchan"),
  BELLWETHER("Bellwether"),
  SPRING_WEBFLUX("Spring WebFlux on Netty"),
  SPRING_MVC("Spring MVC on Tomcat");

  /** An event, before it is put into a request. */
  record Event(int topic, String data) {}

  static final String KEY = "benchmark-key-0123456789";

  private final String title;

  Peer(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Peer of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  boolean isJvm() {
    return this == BELLWETHER || this == SPRING_MVC || this == SPRING_WEBFLUX;
  }

  boolean takesBatches() {
    return this == BELLWETHER;
  }

  boolean can(Scenario scenario) {
    boolean hasTopics = this != SPRING_MVC && this != SPRING_WEBFLUX;
    return (takesBatches() || !scenario.needsBatches()) && (hasTopics || scenario.topics() == 1);
  }

  byte[] streamRequest(int topic) {
    String path =
        switch (this) {
          case BELLWETHER -> "/events?topic=bench-" + topic;
          case FLOOR, NCHAN -> "/sub/" + topic;
          case SPRING_MVC, SPRING_WEBFLUX -> "/sub";
        };
    return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
        .getBytes(ISO_8859_1);
  }

  byte[] publishRequest(Event event) {
    return switch (this) {
      case BELLWETHER ->
          post(
              "/events",
              "application/x-www-form-urlencoded",
              "topic=bench-" + event.topic() + "&data=" + event.data());
      case FLOOR, NCHAN -> post("/pub/" + event.topic(), "text/plain", event.data());
      case SPRING_MVC, SPRING_WEBFLUX -> post("/pub", "text/plain", event.data());
    };
  }

  byte[] batchRequest(List<Event> events) {
    if (!takesBatches()) {
      throw new UnsupportedOperationException(label());
    }
    StringBuilder body = new StringBuilder();
    for (Event event : events) {
      body.append("{\"topic\":\"bench-").append(event.topic());
      body.append("\",\"data\":\"").append(event.data()).append("\"}\n");
    }
    return post("/events", "application/x-ndjson", body.toString());
  }

  private byte[] post(String path, String type, String body) {
    String key = this == BELLWETHER ? "Authorization: Bearer " + KEY + "\r\n" : "";
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n";
    return (head.formatted(path, key, type, body.length()) + body).getBytes(ISO_8859_1);
  }
}
