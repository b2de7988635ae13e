package bellwether.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every setting, checked. {@link SettingsReader} says what each is called and what it means.
 *
 * @param demo whether demo mode is on
 * @param data the directory for what is kept
 * @param hasSubscriptions whether it is told who is subscribed (Mercure)
 */
public record Settings(
    boolean demo,
    Path data,
    @Nullable String publisherKey,
    int maxBodyBytes,
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
   * Who is let in without a token, and which pages may use one in a cookie.
   *
   * @param isAnonymous whether everybody may open a stream
   * @param hasTokenInQuery whether a token may come in the query (Mercure, draft 7)
   * @param hasPublicMetrics whether everybody may see the metrics
   * @param corsOrigins whose pages may read answers given to a cookie
   * @param publishOrigins whose pages, besides our own, may change something by a cookie
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
   * How much one address, or one token, may have: zero for as much as it likes. Streams are those
   * open at a time; publishes are events a second, in the long run, and as many at once.
   *
   * @param topics most topics of one event
   */
  public record Limits(
      int addressStreams, int addressPublishes, int tokenStreams, int tokenPublishes, int topics) {
    /** No limits for anybody. */
    public static final Limits NONE = new Limits(0, 0, 0, 0, Integer.MAX_VALUE);
  }

  /**
   * Which tokens are taken. One of the first three is set, or none of them: then no token is.
   *
   * @param key the key itself
   * @param keyFile where it is
   * @param keySet where an authorization server publishes its keys
   * @param algorithms names, the preferred one first; empty for all that go with the keys
   * @param issuer null for any
   * @param audience null for any
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

  /** Where the tables are. */
  public record Database(String url, String user, String password) {
    @Override
    public String toString() {
      return "Database[not shown: it may have a password]";
    }
  }

  /**
   * How much of the past is kept, and where.
   *
   * @param isInFiles or else in memory only
   * @param age how old it may become; null for any age
   * @param sync when it is put on the medium: zero for at once, null for whenever the system does
   * @param hotBytes memory for what is kept there besides
   * @param readingBytes memory for what is read from the disk again; zero for an eighth of the heap
   * @param retained more retained topics
   */
  public record Log(
      boolean isInFiles,
      int entries,
      long bytes,
      @Nullable Duration age,
      @Nullable Duration sync,
      long hotBytes,
      long readingBytes,
      List<String> retained) {}

  /** How often the built-in topics are looked after. */
  public record Feeds(Duration stockInterval, Duration notificationInterval, Duration clock) {}

  /**
   * How open streams are treated.
   *
   * @param max most streams and polls open at a time
   * @param heartbeat longest time a stream is quiet
   * @param retry when a client is to come back, roughly
   * @param stallTimeout longest time a client may take nothing while there is something for it
   * @param maxLag most positions of the log a client may be behind
   * @param gathering how long the fan-out gathers events before it looks at them
   */
  public record Streams(
      int max,
      Duration heartbeat,
      Duration retry,
      Duration stallTimeout,
      long maxLag,
      int fanOutThreads,
      Duration gathering) {}

  /**
   * How long a drain takes clients and those who route them to the server.
   *
   * @param delay from readiness going down to the end of the streams: for a load balancer to see it
   * @param window over which the clients are to come back; zero leaves it to the usual time for
   *     that
   */
  public record Drain(Duration delay, Duration window) {}

  @Override
  public String toString() {
    return "Settings[not shown: they have secrets]";
  }
}
