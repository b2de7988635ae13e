package bellwether.config;

import static bellwether.config.Setting.duration;
import static bellwether.config.Setting.flag;
import static bellwether.config.Setting.number;
import static bellwether.config.Setting.path;
import static bellwether.config.Setting.size;
import static bellwether.config.Setting.text;
import static bellwether.config.Setting.url;
import static bellwether.config.Setting.words;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** All settings, each declared once: the reader, the checks and the documentation use these. */
public final class SettingsTable {
  private static final int MAX_OF_ONE = 10_000_000;
  private static final int MAX_RATE = 1_000_000;
  static final int MAX_TOPICS = 100; // as Topic.MAX_AT_ONCE: a test compares them
  private static final int MIN_KEY = 16; // characters; a shorter key could be guessed

  private static final String ORIGINS =
      "must be origins such as https://example.com, separated by spaces";

  static final Setting<Boolean> DEMO =
      flag("bellwether.demo", false, "demo mode: simulated trading, for this machine only");
  static final Setting<String> NODE =
      text(
          "bellwether.node",
          "up to 64 letters, digits, `.`, `_` and `-`",
          "eight random characters",
          "the name of this server among [those that share a log](cluster.md), for operators",
          "must be up to 64 letters, digits, '.', '_' and '-'",
          name -> name.matches("[A-Za-z0-9._-]{1,64}"));
  static final Setting<Path> DATA =
      path(
          "bellwether.data",
          "directory",
          "`.bellwether/` and the context's name (`ROOT` for the root context) in the user's home",
          "directory of the H2 file, the event log and the revocations");
  static final Setting<String> PUBLISHER_KEY =
      text(
          "bellwether.publisher.key",
          "at least 16 characters, printable ASCII without spaces",
          "none: nobody publishes by key",
          "the bearer token of publishers and operators",
          "must be at least " + MIN_KEY + " characters, printable ASCII without spaces",
          key -> key.length() >= MIN_KEY && key.chars().allMatch(c -> c > ' ' && c < 127));
  static final Setting<String> TOKEN_KEY =
      text(
          "bellwether.token.key",
          "a shared secret, or a public key as PEM or JWK",
          "none: no token is accepted",
          "the key that tokens are checked with ([authorization](authorization.md))");
  static final Setting<Path> TOKEN_KEY_FILE =
      path("bellwether.token.key.file", "file", "none", "a file with that key, or a set of keys");
  static final Setting<URI> TOKEN_JWKS_URL =
      url(
          "bellwether.token.jwks.url",
          "`https`, or `http` on this machine",
          "none",
          "the URL where an authorization server publishes its keys",
          "must be a URL with https, or with http on this very machine, and without a user",
          SettingRules::isTrusted);
  static final Setting<List<String>> TOKEN_ALGORITHMS =
      words(
          "bellwether.token.algorithms",
          "`HS256` to `EdDSA`",
          "accepted algorithms of tokens, separated by spaces; none: those that suit the keys");
  static final Setting<String> TOKEN_ISSUER =
      text("bellwether.token.issuer", "a text", "any", "the `iss` that a token must have");
  static final Setting<String> TOKEN_AUDIENCE =
      text("bellwether.token.audience", "a text", "any", "the `aud` that a token must have");
  static final Setting<Boolean> TOKEN_QUERY =
      flag(
          "bellwether.token.query", false, "whether a token may come in the URL, `authorization=`");
  static final Setting<List<String>> OPERATORS =
      words(
          "bellwether.operators",
          "subjects, separated by spaces",
          "subjects (`sub`) whose tokens have an operator's rights");
  static final Setting<Boolean> ANONYMOUS =
      flag(
          "bellwether.anonymous", true, "whether streams are open to requests without credentials");
  static final Setting<Boolean> METRICS_PUBLIC =
      flag("bellwether.metrics.public", false, "whether `/metrics` is open to everybody");
  static final Setting<List<String>> CORS_ORIGINS =
      words(
          "bellwether.cors.origins",
          "such as `https://example.com`",
          "origins whose pages may read with cookies, separated by spaces",
          ORIGINS,
          SettingRules::isOrigin);
  static final Setting<List<String>> PUBLISH_ORIGINS =
      words(
          "bellwether.publish.origins",
          "such as `https://example.com`",
          "origins, besides the server's own, whose pages may publish and change with cookies",
          ORIGINS,
          SettingRules::isOrigin);
  static final Setting<URI> HUB_URL =
      url(
          "bellwether.hub.url",
          "an `http` or `https` URL",
          "the URL of the request",
          "the public URL of the Mercure hub, for links to it and for relative URL patterns",
          "must be an http or https URL",
          SettingRules::isHttp);
  static final Setting<Boolean> SUBSCRIPTIONS =
      flag(
          "bellwether.subscriptions",
          false,
          "whether the Mercure hub lists active subscriptions and publishes their changes");
  static final Setting<Long> SUBSCRIPTIONS_EVENTS =
      number(
          "bellwether.subscriptions.events",
          "`1000`",
          0,
          MAX_RATE,
          "most subscription events a second of all clients, and 100 times as many at once; `0`:"
              + " any number ([what it is for](mercure.md#who-is-subscribed))");
  static final Setting<Long> ADDRESS_SUBSCRIPTIONS =
      number(
          "bellwether.address.subscriptions",
          "`250`",
          0,
          MAX_RATE,
          "the same of one client address");
  static final Setting<Long> ADDRESS_STREAMS =
      perOne("bellwether.address.streams", "most open streams and polls of one client address");
  static final Setting<Long> ADDRESS_PUBLISHES =
      perOne("bellwether.address.publishes", "most events a second from one client address");
  static final Setting<Long> TOKEN_STREAMS =
      perOne("bellwether.token.streams", "most open streams and polls of one token's user");
  static final Setting<Long> TOKEN_PUBLISHES =
      perOne("bellwether.token.publishes", "most events a second from one token's user");
  static final Setting<Long> TOPICS_MAX =
      number("bellwether.topics.max", "`100`", 1, MAX_TOPICS, "most topics of one event");
  static final Setting<Long> BODY_MAX =
      size("bellwether.body.max", "`1MiB`", 1 << 10, 1 << 28, "largest body of a request");
  static final Setting<Duration> BODY_TIME =
      duration(
          "bellwether.body.time",
          "`30s`",
          "1s",
          "1h",
          "time for a request's body to come whole; after 10s it must have come at 1 KiB a second");
  static final Setting<String> DATABASE_URL =
      text(
          "bellwether.database.url",
          "starts with `jdbc:h2:` or `jdbc:postgresql:`",
          "an H2 file in `bellwether.data`",
          "database of the stock and notification tables, of what is published by SQL, and of a log"
              + " that servers share",
          "must start with jdbc:h2: or jdbc:postgresql:",
          url -> url.startsWith("jdbc:h2:") || url.startsWith("jdbc:postgresql:"));
  static final Setting<String> DATABASE_USER =
      text("bellwether.database.user", "a text", "`sa` for H2, else empty", "database user");
  static final Setting<String> DATABASE_PASSWORD =
      text("bellwether.database.password", "a text", "empty", "database password");
  static final Setting<String> LOG =
      text(
          "bellwether.log",
          "`file`, `memory` or `postgres`",
          "`file`",
          "where events are kept: in files that outlive the process, in memory, or in the database of"
              + " the tables, where [many servers](cluster.md) share them",
          "must be file, memory or postgres",
          List.of("file", "memory", "postgres")::contains);
  static final Setting<Long> LOG_ENTRIES =
      number(
          "bellwether.log.entries",
          "`1000000`; in memory `100000`",
          16,
          100_000_000,
          "most events kept for resuming, besides retained states");
  static final Setting<Long> LOG_BYTES =
      size(
          "bellwether.log.bytes",
          "`1GiB`; in memory `64MiB`",
          1L << 16,
          1L << 40,
          "most bytes these events take: their files, roughly in memory, and in PostgreSQL without"
              + " what rows and indexes add");
  static final Setting<Duration> LOG_AGE =
      duration(
          "bellwether.log.age", "none", "1s", "3650d", "oldest age of these events; not in memory");
  static final Setting<String> LOG_SYNC =
      text(
          "bellwether.log.sync",
          "`always`, `never`, or 1ms to 1h",
          "`always`",
          "with the log in files, when events reach the medium: before anyone sees them, at most this much later, or when"
              + " the system decides ([what each may"
              + " lose](event-log.md#what-a-crash-may-take))",
          "must be always, never, or a duration from 1ms to 1h",
          text ->
              text.equals("always") || text.equals("never") || SettingRules.isSyncInterval(text));
  static final Setting<Long> LOG_MEMORY =
      size(
          "bellwether.log.memory",
          "`64MiB`",
          1L << 16,
          1L << 40,
          "most memory, roughly, for the newest events of a log that is not in memory");
  static final Setting<Long> LOG_READING =
      size(
          "bellwether.log.reading",
          "an eighth of the heap",
          1L << 20,
          1L << 40,
          "most memory, roughly, for what returning readers are sent that is no longer in memory");
  static final Setting<Duration> LOG_PATIENCE =
      duration(
          "bellwether.log.patience",
          "`10s`",
          "1s",
          "10m",
          "longest time that a publisher waits for the log's disk or database; then the answer is"
              + " 503, and says whether the outcome is known");
  static final Setting<List<String>> RETAINED =
      words(
          "bellwether.retained",
          "topics or URI templates, separated by spaces",
          "retained topics besides the built-in ones");
  static final Setting<Duration> STOCK_INTERVAL =
      duration(
          "bellwether.stock.interval",
          "`1s`",
          "1ms",
          "1h",
          "how often the stock table is read, and the shortest time between two boards");
  static final Setting<Duration> NOTIFICATION_INTERVAL =
      duration(
          "bellwether.notification.interval",
          "`1s`",
          "1ms",
          "1h",
          "how often the notification table, and what was published by SQL, is read");
  static final Setting<Duration> CLOCK_INTERVAL =
      duration("bellwether.clock.interval", "`5s`", "1ms", "1h", "how often `clock` is published");
  static final Setting<Long> STREAMS_MAX =
      number("bellwether.streams.max", "`100000`", 1, MAX_OF_ONE, "most open streams and polls");
  static final Setting<Duration> STREAMS_AGE =
      duration(
          "bellwether.streams.age",
          "`0s`",
          "0s",
          "365d",
          "longest time that a stream lasts: each ends at a time of its own from four fifths of it"
              + " on, and its client comes back; `0s` for ever");
  static final Setting<Duration> HEARTBEAT =
      duration(
          "bellwether.heartbeat", "`15s`", "100ms", "1h", "longest time that a stream is silent");
  static final Setting<Duration> RETRY =
      duration(
          "bellwether.retry",
          "`3s`",
          "1ms",
          "1h",
          "reconnection time; each client is told between half and one and a half of it");
  static final Setting<Duration> STALL_TIMEOUT =
      duration(
          "bellwether.stall.timeout",
          "`30s`",
          "100ms",
          "1h",
          "longest time that a client may take nothing of what waits for it");
  static final Setting<Long> LAG_MAX =
      number(
          "bellwether.lag.max",
          "`10000`",
          1,
          Long.MAX_VALUE,
          "most positions that a client which once kept up may fall behind before it is cut");
  static final Setting<Long> PATTERNS_MAX =
      number(
          "bellwether.patterns.max",
          "`8192`",
          512,
          MAX_OF_ONE,
          "most states of the templates and URL patterns of all readers together ([what counts]"
              + "(operations.md#many-patterns)); readers without a token use half at most");
  static final Setting<Long> FANOUT_THREADS =
      number(
          "bellwether.fanout.threads",
          "number of cores",
          1,
          256,
          "threads that write to the streams");
  static final Setting<Duration> FANOUT_GATHERING =
      duration(
          "bellwether.fanout.gathering",
          "`0ms`",
          "0s",
          "1s",
          "events that follow each other sooner than this are written together; the first after a"
              + " pause never waits ([what it saves](benchmarks.md#what-settings-do))");
  static final Setting<Duration> DRAIN_WINDOW =
      duration(
          "bellwether.drain.window",
          "`10s`",
          "0s",
          "1h",
          "time over which clients come back after a stop, each at a moment of its own; `0s` leaves"
              + " it to `bellwether.retry`");
  static final Setting<Duration> DRAIN_DELAY =
      duration(
          "bellwether.drain.delay",
          "`0s`",
          "0s",
          "5m",
          "how long `/health/ready` answers 503 before the streams end");

  /** All settings, in the order of the documentation. */
  public static final List<Setting<?>> ALL =
      List.of(
          DEMO,
          NODE,
          DATA,
          PUBLISHER_KEY,
          TOKEN_KEY,
          TOKEN_KEY_FILE,
          TOKEN_JWKS_URL,
          TOKEN_ALGORITHMS,
          TOKEN_ISSUER,
          TOKEN_AUDIENCE,
          TOKEN_QUERY,
          OPERATORS,
          ANONYMOUS,
          METRICS_PUBLIC,
          CORS_ORIGINS,
          PUBLISH_ORIGINS,
          HUB_URL,
          SUBSCRIPTIONS,
          SUBSCRIPTIONS_EVENTS,
          ADDRESS_SUBSCRIPTIONS,
          ADDRESS_STREAMS,
          ADDRESS_PUBLISHES,
          TOKEN_STREAMS,
          TOKEN_PUBLISHES,
          TOPICS_MAX,
          BODY_MAX,
          BODY_TIME,
          DATABASE_URL,
          DATABASE_USER,
          DATABASE_PASSWORD,
          LOG,
          LOG_ENTRIES,
          LOG_BYTES,
          LOG_AGE,
          LOG_SYNC,
          LOG_MEMORY,
          LOG_READING,
          LOG_PATIENCE,
          RETAINED,
          STOCK_INTERVAL,
          NOTIFICATION_INTERVAL,
          CLOCK_INTERVAL,
          STREAMS_MAX,
          STREAMS_AGE,
          HEARTBEAT,
          RETRY,
          STALL_TIMEOUT,
          LAG_MAX,
          PATTERNS_MAX,
          FANOUT_THREADS,
          FANOUT_GATHERING,
          DRAIN_WINDOW,
          DRAIN_DELAY);

  private static final Set<String> KEYS =
      ALL.stream().map(Setting::key).collect(Collectors.toUnmodifiableSet());

  private SettingsTable() {}

  /** Returns whether a name is that of a setting, and not a mistyped one. */
  public static boolean has(String key) {
    return KEYS.contains(key);
  }

  /** Returns the rows of the documentation's table, in Markdown. */
  static List<String> rows() {
    return ALL.stream().map(Setting::row).toList();
  }

  private static Setting<Long> perOne(String key, String meaning) {
    return number(key, "`0`: any number", 0, MAX_OF_ONE, meaning);
  }
}
