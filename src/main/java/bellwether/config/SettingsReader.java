package bellwether.config;

import bellwether.config.Settings.Access;
import bellwether.config.Settings.Database;
import bellwether.config.Settings.Drain;
import bellwether.config.Settings.Feeds;
import bellwether.config.Settings.Limits;
import bellwether.config.Settings.Log;
import bellwether.config.Settings.LogPlace;
import bellwether.config.Settings.Streams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the settings that {@link SettingsTable} declares. */
public final class SettingsReader {
  private final Source source;
  private final Path home;
  private final int processors;

  /**
   * Creates a reader of these sources, in order of precedence.
   *
   * @param home the default directory for data, with a directory in it for each context path
   * @param processors the number of cores
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
   * Reads all settings.
   *
   * @param contextPath the application's path, empty for the root
   * @throws SettingsException for the first wrong setting
   */
  public Settings read(String contextPath) {
    boolean demo = SettingsTable.DEMO.orDefault(source);
    requireSharedTables();
    Path data = SettingsTable.DATA.in(source, dataOf(contextPath));
    return new Settings(
        demo,
        SettingsTable.NODE.in(source),
        data,
        SettingsTable.PUBLISHER_KEY.in(source),
        new Settings.Bodies(
            intOf(SettingsTable.BODY_MAX), SettingsTable.BODY_TIME.orDefault(source)),
        SettingsTable.SUBSCRIPTIONS.orDefault(source),
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
   * Reads the settings of tokens alone, for tools that need no others.
   *
   * @throws SettingsException for the first wrong setting
   */
  public Settings.Tokens tokens() {
    return new TokenSettings(source).read();
  }

  /**
   * Reads the user and the password of the database alone, for tools that are given its URL.
   *
   * @throws SettingsException for the first wrong setting
   */
  public Database databaseAt(String url) {
    return new Database(
        url,
        SettingsTable.DATABASE_USER.in(source, ""),
        SettingsTable.DATABASE_PASSWORD.in(source, ""));
  }

  private Path dataOf(String contextPath) {
    String name = contextPath.isEmpty() ? "ROOT" : contextPath.substring(1).replace('/', '#');
    return home.resolve(".bellwether").resolve(name).toAbsolutePath();
  }

  private Access access() {
    return new Access(
        SettingsTable.ANONYMOUS.orDefault(source),
        SettingsTable.TOKEN_QUERY.orDefault(source),
        SettingsTable.METRICS_PUBLIC.orDefault(source),
        SettingsTable.CORS_ORIGINS.in(source, List.of()),
        SettingsTable.PUBLISH_ORIGINS.in(source, List.of()),
        SettingsTable.HUB_URL.in(source));
  }

  private Limits limits() {
    return new Limits(
        SettingsTable.ADDRESS_STREAMS.in(source, 0L).intValue(),
        SettingsTable.ADDRESS_PUBLISHES.in(source, 0L).intValue(),
        SettingsTable.TOKEN_STREAMS.in(source, 0L).intValue(),
        SettingsTable.TOKEN_PUBLISHES.in(source, 0L).intValue(),
        intOf(SettingsTable.TOPICS_MAX),
        intOf(SettingsTable.SUBSCRIPTIONS_EVENTS),
        intOf(SettingsTable.ADDRESS_SUBSCRIPTIONS));
  }

  /**
   * Reads the settings of the database; by default it is H2 in a file, where each commit is on disk
   * before it is acknowledged. In demo mode other programs on this machine may open it as well,
   * which H2 cannot combine with leaving the closing to the application.
   */
  private Database database(boolean demo, Path data) {
    String options = demo ? ";AUTO_SERVER=TRUE" : ";DB_CLOSE_ON_EXIT=FALSE";
    String file = "jdbc:h2:file:" + data.resolve("tables") + ";WRITE_DELAY=0" + options;
    String url = SettingsTable.DATABASE_URL.in(source, file);
    String user = url.startsWith("jdbc:h2:") ? "sa" : "";
    return new Database(
        url,
        SettingsTable.DATABASE_USER.in(source, user),
        SettingsTable.DATABASE_PASSWORD.in(source, ""));
  }

  private Log log() {
    LogPlace place =
        switch (SettingsTable.LOG.orDefault(source)) {
          case "memory" -> LogPlace.MEMORY;
          case "postgres" -> LogPlace.POSTGRES;
          default -> LogPlace.FILES;
        };
    boolean isLarge = place != LogPlace.MEMORY;
    return new Log(
        place,
        SettingsTable.LOG_ENTRIES.in(source, isLarge ? 1_000_000L : 100_000L).intValue(),
        SettingsTable.LOG_BYTES.in(source, isLarge ? 1L << 30 : 64L << 20),
        SettingsTable.LOG_AGE.in(source),
        sync(),
        SettingsTable.LOG_MEMORY.orDefault(source),
        SettingsTable.LOG_READING.in(source, 0L),
        SettingsTable.LOG_PATIENCE.orDefault(source),
        SettingsTable.RETAINED.in(source, List.of()));
  }

  /** A log in the database of the tables needs PostgreSQL there. */
  private void requireSharedTables() {
    String url = SettingsTable.DATABASE_URL.in(source, "");
    if (SettingsTable.LOG.orDefault(source).equals("postgres")
        && !url.startsWith("jdbc:postgresql:")) {
      throw new SettingsException(
          "bellwether.log", "postgres needs a bellwether.database.url that is one of PostgreSQL");
    }
  }

  private @Nullable Duration sync() {
    String text = SettingsTable.LOG_SYNC.orDefault(source);
    return switch (text) {
      case "always" -> Duration.ZERO;
      case "never" -> null;
      default -> SettingRules.syncInterval(text);
    };
  }

  private Feeds feeds() {
    return new Feeds(
        SettingsTable.STOCK_INTERVAL.orDefault(source),
        SettingsTable.NOTIFICATION_INTERVAL.orDefault(source),
        SettingsTable.CLOCK_INTERVAL.orDefault(source));
  }

  private Streams streams() {
    return new Streams(
        intOf(SettingsTable.STREAMS_MAX),
        SettingsTable.HEARTBEAT.orDefault(source),
        SettingsTable.STREAMS_AGE.orDefault(source),
        SettingsTable.RETRY.orDefault(source),
        SettingsTable.STALL_TIMEOUT.orDefault(source),
        SettingsTable.LAG_MAX.orDefault(source),
        intOf(SettingsTable.PATTERNS_MAX),
        SettingsTable.FANOUT_THREADS.in(source, (long) processors).intValue(),
        SettingsTable.FANOUT_GATHERING.orDefault(source));
  }

  private Drain drain() {
    return new Drain(
        SettingsTable.DRAIN_DELAY.orDefault(source), SettingsTable.DRAIN_WINDOW.orDefault(source));
  }

  private int intOf(Setting<Long> setting) {
    return Math.toIntExact(setting.orDefault(source));
  }
}
