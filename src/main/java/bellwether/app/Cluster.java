package bellwether.app;

import bellwether.access.ClientLimits;
import bellwether.auth.RevocationRecords;
import bellwether.auth.Revocations;
import bellwether.auth.Tokens;
import bellwether.cluster.ClusterStore;
import bellwether.cluster.Nodes;
import bellwether.cluster.SharedAmounts;
import bellwether.cluster.SharedRevocations;
import bellwether.config.Settings;
import bellwether.demo.OtherDemos;
import bellwether.eventlog.shared.SharedEventLog;
import bellwether.mercure.ActiveSubscriptions;
import bellwether.mercure.SubscriptionDirectory;
import bellwether.observe.Metrics;
import bellwether.operate.DrainRequests;
import bellwether.stream.Streams;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The parts of a server that shares its log with others. */
final class Cluster implements AutoCloseable {
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final SharedEventLog log;
  private final ClusterStore store;
  private final Nodes nodes;
  private final NodeCalls calls;
  private final SharedRevocations records;
  private final SharedSubscriptions directory;
  private @Nullable ActiveSubscriptions subscriptions; // once it has started

  /**
   * Joins the other servers.
   *
   * @throws IllegalStateException if this one has other rules
   */
  Cluster(LogTables tables, SharedEventLog log, Settings settings, Threads threads) {
    UUID life = UUID.randomUUID();
    String node = settings.node();
    this.log = log;
    this.store = tables.clusterStore();
    this.nodes =
        new Nodes(
            store,
            life,
            node == null ? life.toString().substring(0, 8) : node,
            rules(settings),
            threads.cluster,
            threads.messages,
            threads.calls,
            System::nanoTime);
    this.calls = new NodeCalls(nodes);
    this.records = new SharedRevocations(store, log::tellNodes, log::tellNodesLater);
    this.directory = new SharedSubscriptions(store, life);
    nodes.join();
  }

  /** The settings without which a topic or a token would mean one thing here and another there. */
  private static String rules(Settings settings) {
    Settings.Tokens tokens = settings.tokens();
    return String.join(
        "\n",
        "bellwether.retained=" + String.join(" ", settings.log().retained()),
        "bellwether.token.issuer=" + orNone(tokens.issuer()),
        "bellwether.token.audience=" + orNone(tokens.audience()),
        "bellwether.token.algorithms=" + String.join(" ", tokens.algorithms()),
        "bellwether.operators=" + String.join(" ", tokens.operators().stream().sorted().toList()),
        "bellwether.anonymous=" + settings.access().isAnonymous(),
        "bellwether.subscriptions=" + settings.hasSubscriptions());
  }

  private static String orNone(@Nullable String text) {
    return text == null ? "" : text;
  }

  RevocationRecords records() {
    return records;
  }

  NodeCalls calls() {
    return calls;
  }

  OtherDemos demos() {
    return new DemoCalls(nodes);
  }

  SubscriptionDirectory directory() {
    return directory;
  }

  /** Begins to share what this server has, and to do what others ask for. */
  void start(
      Streams streams,
      ClientLimits limits,
      Revocations revocations,
      Tokens tokens,
      @Nullable ActiveSubscriptions newSubscriptions,
      Metrics metrics) {
    subscriptions = newSubscriptions;
    // At once, on the log's thread: what follows there is not shown before the streams have ended.
    records.bind(revocations, () -> streams.rights().endRevoked());
    log.onControl(records);
    records.readAgain(); // what was told before this server listened
    calls.serve(streams.changes(), tokens, new DrainRequests(streams.drain()));
    limits.share(
        (kind, own) -> {
          SharedAmounts amounts = new SharedAmounts(store, nodes.self().life(), kind, own);
          nodes.add(amounts);
          return amounts::ofOthers;
        });
    if (newSubscriptions != null) {
      directory.bind(newSubscriptions);
      nodes.add(directory);
    }
    metrics.gauge(
        "bellwether_nodes",
        "Servers that share the log, this one included.",
        () -> nodes.others().size() + 1);
    nodes.start();
  }

  /** Leaves the others; if not all has been told that they have to know, they tell the rest. */
  @Override
  public void close() {
    ActiveSubscriptions untold = subscriptions;
    if (untold == null || untold.awaitTold(FAREWELL)) {
      nodes.close();
    } else {
      nodes.closeWithoutAWord();
    }
  }
}
