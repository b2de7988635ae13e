package bellwether.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The servers, as their clients see them. How each is started is in {@link ServerProcess}. Ours is
 * there several times: with settings that are compared in a few scenarios only.
 */
enum Peer {
  FLOOR("The floor: `send()` and nothing else", Kind.CHANNELS),
  NCHAN("nchan", Kind.CHANNELS),
  REDIS("Redis Streams, each append synced", Kind.REDIS),
  REDIS_EVERYSEC("Redis Streams, synced each second", Kind.REDIS),
  BELLWETHER("Bellwether", Kind.BELLWETHER),
  BELLWETHER_MEMORY("Bellwether, log in memory", Kind.BELLWETHER, "log=memory"),
  BELLWETHER_NEVER("Bellwether, never synced", Kind.BELLWETHER, "log.sync=never"),
  BELLWETHER_100MS("Bellwether, synced each 100 ms", Kind.BELLWETHER, "log.sync=100ms"),
  BELLWETHER_FILES("Bellwether, out of its files", Kind.BELLWETHER, "log.memory=64KiB"),
  BELLWETHER_KILLED("Bellwether, just killed and started", Kind.BELLWETHER),
  SPRING_WEBFLUX("Spring WebFlux on Netty", Kind.SPRING),
  SPRING_MVC("Spring MVC on Tomcat", Kind.SPRING);

  private enum Kind {
    /** A number in the path says which topic. */
    CHANNELS,
    BELLWETHER,
    /** One stream, by the protocol of Redis. */
    REDIS,
    /** One topic. */
    SPRING
  }

  /** An event, before it is put into a request. */
  record Event(int topic, String data) {}

  static final String KEY = "benchmark-key-0123456789";
  static final String REDIS_STREAM = "bench-0";

  private static final Set<Scenario> BESIDE_MEMORY =
      Set.of(
          Scenario.THOUSAND,
          Scenario.FLAT_OUT,
          Scenario.TOPICS,
          Scenario.PUBLISH,
          Scenario.DURABLE);
  private static final String KEPT = "1000000"; // entries, as many as ours keeps
  private static final int OK = 200;
  private static final int FAILED = 500;
  private static final String ALL_IN_MEMORY = "log.memory=256MiB"; // 100,000 events and more

  private final String title;
  private final Kind kind;
  private final String setting; // key=value, or empty

  Peer(String title, Kind kind) {
    this(title, kind, "");
  }

  Peer(String title, Kind kind, String setting) {
    this.title = title;
    this.kind = kind;
    this.setting = setting;
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
    return kind == Kind.BELLWETHER || kind == Kind.SPRING;
  }

  boolean isBellwether() {
    return kind == Kind.BELLWETHER;
  }

  boolean takesBatches() {
    return kind == Kind.BELLWETHER;
  }

  /** Whether it is killed once it has the events, and has to serve them right after a start. */
  boolean isKilled() {
    return this == BELLWETHER_KILLED;
  }

  boolean can(Scenario scenario) {
    return switch (this) {
      case FLOOR -> !scenario.needsBatches() && !isOurs(scenario) && !scenario.isSecure();
      case NCHAN ->
          !scenario.needsBatches()
              && scenario != Scenario.DURABLE
              && scenario != Scenario.STRANGERS;
      case REDIS, REDIS_EVERYSEC -> scenario == Scenario.PUBLISH;
      case BELLWETHER -> true;
      case BELLWETHER_MEMORY -> BESIDE_MEMORY.contains(scenario);
      case BELLWETHER_NEVER -> scenario == Scenario.DURABLE || scenario == Scenario.FLAT_OUT;
      case BELLWETHER_100MS -> scenario == Scenario.DURABLE;
      case BELLWETHER_FILES, BELLWETHER_KILLED -> scenario.isResuming();
      case SPRING_WEBFLUX, SPRING_MVC ->
          !scenario.needsBatches()
              && !isOurs(scenario)
              && !scenario.isSecure()
              && scenario.topics() == 1
              && scenario != Scenario.PUBLISH;
    };
  }

  /** Whether it asks for what a server keeps, or for our own URLs. */
  private static boolean isOurs(Scenario scenario) {
    return scenario.isResuming() || scenario == Scenario.DURABLE || scenario == Scenario.STRANGERS;
  }

  /** What differs from the defaults, as {@code key=value}; ours only. */
  String setting(Scenario scenario) {
    return setting.isEmpty() && scenario.isResuming() ? ALL_IN_MEMORY : setting;
  }

  byte[] streamRequest(int topic) {
    return get(streamPath(topic), "");
  }

  /** Of a client that comes back. */
  byte[] streamRequest(int topic, String lastEventId) {
    return get(streamPath(topic), "Last-Event-ID: " + lastEventId + "\r\n");
  }

  String streamPath(int topic) {
    return switch (kind) {
      case CHANNELS -> "/sub/" + topic;
      case BELLWETHER -> "/events?topic=bench-" + topic;
      case SPRING -> "/sub";
      case REDIS -> throw new UnsupportedOperationException(label());
    };
  }

  /** A stream that begins with the oldest event of a topic. */
  String wholePath(int topic) {
    return kind == Kind.BELLWETHER
        ? streamPath(topic) + "&lastEventId=earliest"
        : "/whole/" + topic;
  }

  byte[] publishRequest(Event event) {
    return switch (kind) {
      case CHANNELS -> post("/pub/" + event.topic(), "text/plain", event.data());
      case BELLWETHER ->
          post(
              "/events",
              "application/x-www-form-urlencoded",
              "topic=bench-" + event.topic() + "&data=" + event.data());
      case SPRING -> post("/pub", "text/plain", event.data());
      case REDIS ->
          redisCommand("XADD", REDIS_STREAM, "MAXLEN", "~", KEPT, "*", "data", event.data());
    };
  }

  /** What takes the answers to such requests apart. */
  Answers answers(ResponseParser.Handler handler) {
    return kind == Kind.REDIS
        ? new RedisParser(
            new RedisParser.Handler() {
              private int status = OK;

              @Override
              public void error(String text) {
                status = FAILED;
              }

              @Override
              public void end() {
                handler.head(status);
                handler.end();
                status = OK;
              }
            })
        : new ResponseParser(handler);
  }

  /** What reads its streams and checks them. */
  Audience audience(InetSocketAddress server) throws IOException {
    return kind == Kind.REDIS ? new RedisReader(server) : new Readers(server, this);
  }

  static byte[] redisCommand(String... words) {
    StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      command.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return command.toString().getBytes(ISO_8859_1);
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

  private static byte[] get(String path, String header) {
    String head = "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n%s\r\n";
    return head.formatted(path, header).getBytes(ISO_8859_1);
  }

  private byte[] post(String path, String type, String body) {
    String key = isBellwether() ? "Authorization: Bearer " + KEY + "\r\n" : "";
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n";
    return (head.formatted(path, key, type, body.length()) + body).getBytes(ISO_8859_1);
  }
}
