package bellwether.config;

import bellwether.config.Settings.Access;
import bellwether.config.Settings.Database;
import bellwether.config.Settings.Drain;
import bellwether.config.Settings.Feeds;
import bellwether.config.Settings.Limits;
import bellwether.config.Settings.Log;
import bellwether.config.Settings.Streams;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the settings, each in one place: its name, its default, its limits. */
public final class SettingsReader {
  /** All that can be set, for telling a name that was mistyped. */
  public static final Set<String> KEYS =
      union(
          TokenSettings.KEYS,
          "bellwether.demo",
          "bellwether.data",
          "bellwether.publisher.key",
          "bellwether.body.max",
          "bellwether.anonymous",
          "bellwether.token.query",
          "bellwether.metrics.public",
          "bellwether.cors.origins",
          "bellwether.publish.origins",
          "bellwether.hub.url",
          "bellwether.subscriptions",
          "bellwether.address.streams",
          "bellwether.address.publishes",
          "bellwether.token.streams",
          "bellwether.token.publishes",
          "bellwether.topics.max",
          "bellwether.database.url",
          "bellwether.database.user",
          "bellwether.database.password",
          "bellwether.log",
          "bellwether.log.entries",
          "bellwether.log.bytes",
          "bellwether.log.age",
          "bellwether.log.sync",
          "bellwether.log.memory",
          "bellwether.log.reading",
          "bellwether.retained",
          "bellwether.stock.interval",
          "bellwether.notification.interval",
          "bellwether.clock.interval",
          "bellwether.streams.max",
          "bellwether.heartbeat",
          "bellwether.retry",
          "bellwether.stall.timeout",
          "bellwether.lag.max",
          "bellwether.fanout.threads",
          "bellwether.fanout.gathering",
          "bellwether.drain.delay",
          "bellwether.drain.window");

  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LONGEST_AGE = Duration.ofDays(3650);
  private static final int MOST_OF_ONE = 10_000_000;
  private static final int MOST_TOPICS = 100;

  /** A scheme, a host and perhaps a port: no path, not even a slash. */
  private static final Pattern ORIGIN = Pattern.compile("https?://[^\\s/?#@]+");

  private static final int SHORTEST_KEY = 16; // characters; less could be guessed

  private final Source source;
  private final Path home;
  private final int processors;

  /**
   * Names the sources, in order of precedence.
   *
   * @param home where data is kept unless set otherwise, in a directory for each context path
   * @param processors how many cores there are
   */
  public SettingsReader(
      Function<String, @Nullable String> systemProperties,
      Function<String, @Nullable String> environment,
      Function<String, @Nullable String> contextParameters,
      Path home,
      int processors) {
    this.source = new Source(systemProperties, environment, contextParameters);
    this.home = home;
    this.processors = processors;
  }

  /**
   * Reads them all.
   *
   * @param contextPath of the application, empty for the root
   * @throws SettingsException for the first that is wrong
   */
  public Settings read(String contextPath) {
    boolean demo = source.flag("bellwether.demo", false);
    Path data = data(contextPath);
    return new Settings(
        demo,
        data,
        publisherKey(),
        (int) source.size("bellwether.body.max", 1 << 20, 1 << 10, 1 << 28),
        source.flag("bellwether.subscriptions", false),
        access(),
        limits(),
        tokens(),
        database(demo, data),
        log(),
        feeds(),
        streams(),
        drain());
  }

  /**
   * Those of tokens alone, for who needs no others.
   *
   * @throws SettingsException for the first that is wrong
   */
  public Settings.Tokens tokens() {
    return new TokenSettings(source).read();
  }

  private static Set<String> union(Set<String> some, String... others) {
    return Stream.concat(some.stream(), Stream.of(others)).collect(Collectors.toUnmodifiableSet());
  }

  private Path data(String contextPath) {
    String name = contextPath.isEmpty() ? "ROOT" : contextPath.substring(1).replace('/', '#');
    String text = source.text("bellwether.data");
    try {
      Path path = text == null ? home.resolve(".bellwether").resolve(name) : Path.of(text);
      return path.toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new SettingsException("bellwether.data", "must be the path of a directory");
    }
  }

  private @Nullable String publisherKey() {
    String key = source.text("bellwether.publisher.key");
    if (key != null
        && (key.length() < SHORTEST_KEY || !key.chars().allMatch(c -> c > ' ' && c < 127))) {
      throw new SettingsException(
          "bellwether.publisher.key",
          "must be at least " + SHORTEST_KEY + " characters, printable ASCII without spaces");
    }
    return key;
  }

  private Access access() {
    return new Access(
        source.flag("bellwether.anonymous", true),
        source.flag("bellwether.token.query", false),
        source.flag("bellwether.metrics.public", false),
        origins("bellwether.cors.origins"),
        origins("bellwether.publish.origins"),
        hub());
  }

  private List<String> origins(String key) {
    List<String> origins = source.words(key);
    for (String origin : origins) {
      if (!ORIGIN.matcher(origin).matches()) {
        throw new SettingsException(
            key, "must be origins such as https://example.com, separated by spaces");
      }
    }
    return origins;
  }

  private @Nullable URI hub() {
    String text = source.text("bellwether.hub.url");
    if (text == null) {
      return null;
    }
    try {
      URI hub = new URI(text);
      if (hub.getHost() != null && Set.of("http", "https").contains(hub.getScheme())) {
        return hub;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new SettingsException("bellwether.hub.url", "must be an http or https URL");
  }

  private Limits limits() {
    return new Limits(
        (int) source.number("bellwether.address.streams", 0, 0, MOST_OF_ONE),
        (int) source.number("bellwether.address.publishes", 0, 0, MOST_OF_ONE),
        (int) source.number("bellwether.token.streams", 0, 0, MOST_OF_ONE),
        (int) source.number("bellwether.token.publishes", 0, 0, MOST_OF_ONE),
        (int) source.number("bellwether.topics.max", MOST_TOPICS, 1, MOST_TOPICS));
  }

  /**
   * H2 in a file, each commit on disk before it is acknowledged. In demo mode other programs on
   * this machine may open it as well, which H2 does not combine with leaving the closing to us.
   */
  private Database database(boolean demo, Path data) {
    String options = demo ? ";AUTO_SERVER=TRUE" : ";DB_CLOSE_ON_EXIT=FALSE";
    String file = "jdbc:h2:file:" + data.resolve("tables") + ";WRITE_DELAY=0" + options;
    String url = source.text("bellwether.database.url", file);
    if (!url.startsWith("jdbc:h2:") && !url.startsWith("jdbc:postgresql:")) {
      throw new SettingsException(
          "bellwether.database.url", "must start with jdbc:h2: or jdbc:postgresql:");
    }
    String user = source.text("bellwether.database.user", url.startsWith("jdbc:h2:") ? "sa" : "");
    return new Database(url, user, source.text("bellwether.database.password", ""));
  }

  private Log log() {
    List<String> patterns = source.words("bellwether.retained");
    boolean isInFiles =
        switch (source.text("bellwether.log", "file")) {
          case "file" -> true;
          case "memory" -> false;
          default -> throw new SettingsException("bellwether.log", "must be file or memory");
        };
    return new Log(
        isInFiles,
        (int)
            source.number(
                "bellwether.log.entries", isInFiles ? 1_000_000 : 100_000, 16, 100_000_000),
        source.size("bellwether.log.bytes", isInFiles ? 1L << 30 : 64L << 20, 1L << 16, 1L << 40),
        source.text("bellwether.log.age") == null
            ? null
            : source.duration("bellwether.log.age", HOUR, Duration.ofSeconds(1), LONGEST_AGE),
        sync(),
        source.size("bellwether.log.memory", 64L << 20, 1L << 16, 1L << 40),
        source.size("bellwether.log.reading", 0, 1L << 20, 1L << 40),
        patterns);
  }

  private @Nullable Duration sync() {
    return switch (source.text("bellwether.log.sync", "always")) {
      case "always" -> Duration.ZERO;
      case "never" -> null;
      default -> {
        Duration interval = Durations.parse(source.text("bellwether.log.sync", ""));
        if (interval == null
            || interval.compareTo(MILLISECOND) < 0
            || interval.compareTo(HOUR) > 0) {
          throw new SettingsException(
              "bellwether.log.sync", "must be always, never, or a duration from 1ms to 1h");
        }
        yield interval;
      }
    };
  }

  private Feeds feeds() {
    return new Feeds(
        source.duration("bellwether.stock.interval", Duration.ofSeconds(1), MILLISECOND, HOUR),
        source.duration(
            "bellwether.notification.interval", Duration.ofSeconds(1), MILLISECOND, HOUR),
        source.duration("bellwether.clock.interval", Duration.ofSeconds(5), MILLISECOND, HOUR));
  }

  private Streams streams() {
    return new Streams(
        (int) source.number("bellwether.streams.max", 100_000, 1, 10_000_000),
        source.duration(
            "bellwether.heartbeat", Duration.ofSeconds(15), Duration.ofMillis(100), HOUR),
        source.duration("bellwether.retry", Duration.ofSeconds(3), MILLISECOND, HOUR),
        source.duration(
            "bellwether.stall.timeout", Duration.ofSeconds(30), Duration.ofMillis(100), HOUR),
        source.number("bellwether.lag.max", 10_000, 1, Long.MAX_VALUE),
        (int) source.number("bellwether.fanout.threads", processors, 1, 256),
        source.duration(
            "bellwether.fanout.gathering", Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1)));
  }

  private Drain drain() {
    return new Drain(
        source.duration(
            "bellwether.drain.delay", Duration.ZERO, Duration.ZERO, Duration.ofMinutes(5)),
        source.duration("bellwether.drain.window", Duration.ofSeconds(10), Duration.ZERO, HOUR));
  }
}
