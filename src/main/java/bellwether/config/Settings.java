package bellwether.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All settings, checked. {@link SettingsTable} has their keys and meanings.
 *
 * @param demo whether demo mode is on
 * @param node the name of this server among those that share a log; null for one that is made up
 * @param data the directory for stored data
 * @param hasSubscriptions whether the hub lists active subscriptions (Mercure)
 */
public record Settings(
    boolean demo,
    @Nullable String node,
    Path data,
    @Nullable String publisherKey,
    Bodies bodies,
    boolean hasSubscriptions,
    Access access,
    Limits limits,
    Tokens tokens,
    Database database,
    Log log,
    Feeds feeds,
    Streams streams,
    Drain drain) {

  /**
   * The settings of the bodies of requests.
   *
   * @param max the most bytes of a body
   * @param time the time for a body to arrive whole
   */
  public record Bodies(int max, Duration time) {}

  /**
   * The settings of access without a token, and of the pages that may use one in a cookie.
   *
   * @param isAnonymous whether everyone may open a stream
   * @param hasTokenInQuery whether a token may come in the query (Mercure, draft 7)
   * @param hasPublicMetrics whether everyone may see the metrics
   * @param corsOrigins the origins whose pages may read answers given to a cookie
   * @param publishOrigins the origins, besides our own, whose pages may change something by a
   *     cookie
   * @param hub the URL of the Mercure hub; null for the one by which a client reached it
   */
  public record Access(
      boolean isAnonymous,
      boolean hasTokenInQuery,
      boolean hasPublicMetrics,
      List<String> corsOrigins,
      List<String> publishOrigins,
      @Nullable URI hub) {}

  /**
   * The limits of one address, or one token: zero for no limit. Streams are those open at a time;
   * publishes are events a second, in the long run, and as many at once.
   *
   * @param topics the most topics of one event
   * @param subscriptions the most subscription events a second (Mercure) of all clients, in the
   *     long run, and a hundred times as many at once
   * @param addressSubscriptions the same of one address
   */
  public record Limits(
      int addressStreams,
      int addressPublishes,
      int tokenStreams,
      int tokenPublishes,
      int topics,
      int subscriptions,
      int addressSubscriptions) {
    /** The limits that limit nothing. */
    public static final Limits NONE = new Limits(0, 0, 0, 0, Integer.MAX_VALUE, 0, 0);
  }

  /**
   * The settings of tokens. At most one of the first three is set; if none is, no token is
   * accepted.
   *
   * @param key the key itself
   * @param keyFile the file that has the key
   * @param keySet the URL at which an authorization server publishes its keys
   * @param algorithms names, the preferred one first; empty for all that go with the keys
   * @param issuer the required issuer; null for any
   * @param audience the required audience; null for any
   * @param operators subjects that may do what operators may
   */
  public record Tokens(
      @Nullable String key,
      @Nullable Path keyFile,
      @Nullable URI keySet,
      List<String> algorithms,
      @Nullable String issuer,
      @Nullable String audience,
      Set<String> operators) {
    @Override
    public String toString() {
      return "Tokens[not shown: it may have a key]";
    }
  }

  /** The database that has the tables. */
  public record Database(String url, String user, String password) {
    @Override
    public String toString() {
      return "Database[not shown: it may have a password]";
    }
  }

  /**
   * The settings of the event log: how much of the past is kept, and where.
   *
   * @param place where it is kept
   * @param age the greatest age of an entry; null for any age
   * @param sync the interval of syncs to the medium: zero for each append, null to leave it to the
   *     system
   * @param hotBytes the memory for the newest entries, which are also kept there
   * @param readingBytes the memory for entries that are read from the disk again; zero for an
   *     eighth of the heap
   * @param patience how long a publisher waits for the disk
   * @param retained further retained topics
   */
  public record Log(
      LogPlace place,
      int entries,
      long bytes,
      @Nullable Duration age,
      @Nullable Duration sync,
      long hotBytes,
      long readingBytes,
      Duration patience,
      List<String> retained) {}

  /** Where the event log is kept. */
  public enum LogPlace {
    FILES,
    MEMORY,
    /** In the database of the tables, which has to be PostgreSQL; many servers share it. */
    POSTGRES
  }

  /** The intervals of the built-in topics' feeds. */
  public record Feeds(Duration stockInterval, Duration notificationInterval, Duration clock) {}

  /**
   * The settings of open streams.
   *
   * @param max the most streams and polls open at a time
   * @param heartbeat the longest time that a stream is silent
   * @param age the longest time that a stream lasts; zero for ever
   * @param retry the reconnection time of clients, roughly
   * @param stallTimeout the longest time that a client may take nothing of what waits for it
   * @param maxLag the most positions of the log that a client may be behind
   * @param maxPatterns the budget of all patterns together
   * @param gathering how long the fan-out gathers events before it looks at them
   */
  public record Streams(
      int max,
      Duration heartbeat,
      Duration age,
      Duration retry,
      Duration stallTimeout,
      long maxLag,
      int maxPatterns,
      int fanOutThreads,
      Duration gathering) {}

  /**
   * The times of a drain.
   *
   * @param delay the time from the end of readiness to the end of the streams, for a load balancer
   *     to see it
   * @param window the time over which the clients come back; zero for the usual reconnection time
   */
  public record Drain(Duration delay, Duration window) {}

  @Override
  public String toString() {
    return "Settings[not shown: they have secrets]";
  }
}
