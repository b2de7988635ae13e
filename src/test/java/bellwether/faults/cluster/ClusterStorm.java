package bellwether.faults.cluster;

import bellwether.faults.Chronicle;
import bellwether.faults.Publisher;
import bellwether.faults.Reader;
import bellwether.faults.Readers;
import bellwether.harness.Await;
import bellwether.harness.proxy.TcpProxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Logger;

/** Has a plan's steps happen, one after the other. Confined to one thread. */
final class ClusterStorm {
  private static final Logger log = Logger.getLogger(ClusterStorm.class.getName());
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration PAUSED = Duration.ofSeconds(16); // longer than a lease lasts
  private static final int MIN_AWAY = 500; // ms without the database
  private static final int MAX_AWAY = 6_000;
  private static final int MIN_LOST = 30; // acknowledgements that a lagging standby lacks
  private static final int ENOUGH = 10; // acknowledgements, to see that it goes on
  private static final int READERS_FOR_A_PUBLISHER = 8;

  private final PostgresCluster database;
  private final Nodes nodes;
  private final Readers<Trail> readers;
  private final List<Publisher> publishers;
  private final Receipts receipts;
  private final Takeovers takeovers;
  private final Chronicle chronicle;
  private final Map<ClusterStep.Kind, Integer> done = new EnumMap<>(ClusterStep.Kind.class);

  ClusterStorm(
      PostgresCluster database,
      Nodes nodes,
      Readers<Trail> readers,
      List<Publisher> publishers,
      Receipts receipts,
      Takeovers takeovers,
      Chronicle chronicle) {
    this.database = database;
    this.nodes = nodes;
    this.readers = readers;
    this.publishers = publishers;
    this.receipts = receipts;
    this.takeovers = takeovers;
    this.chronicle = chronicle;
  }

  void run(ClusterPlan plan) throws SQLException {
    for (ClusterStep step : plan.steps()) {
      pause(step.pause());
      readers.requireSound();
      if (step.kind() == ClusterStep.Kind.CUT) {
        cut(step);
      } else {
        chronicle.note(step.kind() + " begins");
        log.info(step.kind() + " begins");
        take(step);
        chronicle.note(step.kind() + " is over");
        log.info(step.kind() + " is over");
      }
      done.merge(step.kind(), 1, Integer::sum);
    }
    nodes.awaitAll();
  }

  /** How often each thing was done. */
  Map<ClusterStep.Kind, Integer> done() {
    return new EnumMap<>(done);
  }

  private void take(ClusterStep step) throws SQLException {
    Node node = nodes.get(step.target());
    if (step.kind() == ClusterStep.Kind.KILL) {
      nodes.kill(node);
      return;
    }
    Duration away = Duration.ofMillis(MIN_AWAY + step.target() % (MAX_AWAY - MIN_AWAY));
    switch (step.kind()) {
      case PAUSE -> pauseFeeds();
      case RESTART -> database.restart();
      case COMPLETE_TAKEOVER -> {
        database.promoteSynchronous();
        awaitNewEpoch();
      }
      case LAGGING_TAKEOVER -> {
        database.cutOffLagging();
        awaitMore(MIN_LOST);
        database.promoteLagging();
        awaitNewEpoch();
      }
      case TWO_PRIMARIES -> {
        database.promoteBeside(node.way());
        awaitMore(MIN_LOST);
        database.endOldPrimary();
        awaitNewEpoch();
      }
      case REFUSED -> {
        node.way().refuse(true);
        node.way().resetAll();
        pause(away);
        node.way().refuse(false);
      }
      case UNANSWERED -> {
        node.way().stall(true);
        pause(away);
        node.way().resetAll();
        node.way().stall(false);
      }
      case RESET -> nodes.all().stream().map(Node::way).forEach(TcpProxy::resetAll);
      default -> throw new IllegalStateException(step.toString());
    }
    awaitMore(ENOUGH);
  }

  /** Until another has the feeds, which it may not notice. */
  private void pauseFeeds() {
    nodes.awaitAll();
    Node node = nodes.withFeeds();
    node.pause();
    try {
      var unused = Await.atMost(PAUSED, () -> nodes.withFeeds() != node);
    } finally {
      node.goOn();
    }
  }

  /** The first that is appended after a fail-over begins an epoch. */
  private void awaitNewEpoch() {
    String epochs = Integer.toString(takeovers.count() + 1);
    Await.until(
        epochs + " epochs",
        LIMIT,
        () -> database.primary().query("SELECT count(*) FROM bellwether_log.epoch").equals(epochs));
  }

  private void awaitMore(int count) {
    long enough = receipts.count() + count;
    Await.until("more acknowledgements", LIMIT, () -> receipts.count() >= enough);
  }

  private void cut(ClusterStep step) {
    boolean isOfReader = step.target() % READERS_FOR_A_PUBLISHER != 0;
    List<Reader> all = readers.all();
    int targets = isOfReader ? all.size() : publishers.size();
    for (int i = 0; i < targets; i++) {
      int target = (int) ((step.target() + (long) i) % targets);
      int port = isOfReader ? all.get(target).localPort() : publishers.get(target).localPort();
      if (port != 0 && nodes.front().strike(port, step.strike())) {
        chronicle.struck(step.strike());
        return;
      }
    }
  }

  private static void pause(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
