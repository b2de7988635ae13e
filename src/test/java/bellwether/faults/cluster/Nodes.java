package bellwether.faults.cluster;

import bellwether.faults.Chronicle;
import bellwether.faults.Ports;
import bellwether.faults.Topic;
import bellwether.harness.Await;
import bellwether.harness.proxy.TcpProxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Three servers that keep one log, and the proxy through which clients come to one after the other.
 * Confined to one thread, but for {@link #all}.
 */
final class Nodes implements AutoCloseable {
  static final String KEY = "only-the-fault-runs-know-this-key";

  private static final int COUNT = 3;
  private static final int MAX_STARTS = 10;
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String WATCH_LEASE =
      """
      CREATE TABLE public.lease_node (holder TEXT PRIMARY KEY, node TEXT NOT NULL);
      CREATE FUNCTION public.note_lease() RETURNS TRIGGER LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO public.lease_node VALUES (NEW.holder, current_setting('application_name'))
          ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$;
      CREATE TRIGGER note_lease AFTER INSERT OR UPDATE ON bellwether_lease
        FOR EACH ROW EXECUTE FUNCTION public.note_lease();
      """;

  private final PostgresCluster database;
  private final List<Node> all = new ArrayList<>();
  private final TcpProxy front;
  private final Map<Node, CompletableFuture<Void>> starting = new HashMap<>(); // again

  /** Returns when all are up. */
  Nodes(PostgresCluster database, Ports ports, Chronicle chronicle) {
    this.database = database;
    try {
      for (int i = 0; i < COUNT; i++) {
        all.add(new Node("node" + i, settings(), database.way(), ports, chronicle));
      }
      database.primary().execute(WATCH_LEASE);
    } catch (SQLException e) {
      all.forEach(Node::close);
      throw new IllegalStateException(e);
    } catch (RuntimeException | Error e) {
      all.forEach(Node::close);
      throw e;
    }
    front = new TcpProxy(all.get(0).port());
    passOn();
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("bellwether.publisher.key", KEY);
    settings.put("bellwether.retained", Topic.Kind.STATE.template());
    settings.put("bellwether.retry", "100ms");
    settings.put("bellwether.heartbeat", "2s");
    settings.put("bellwether.log.patience", "4s");
    settings.put("bellwether.clock.interval", "1s"); // a feed, which one node at a time has
    // More than any run publishes: so retention drops nothing.
    settings.put("bellwether.log.entries", "10000000");
    settings.put("bellwether.log.bytes", "8GiB");
    // Little of it in memory: who was away has it read from the database.
    settings.put("bellwether.log.memory", "64KiB");
    return settings;
  }

  /** Any thread. */
  List<Node> all() {
    return all;
  }

  Node get(int target) {
    return all.get(target % COUNT);
  }

  TcpProxy front() {
    return front;
  }

  private void passOn() {
    front.targets(all.stream().map(Node::port).toList());
  }

  /** Kills a node, once it is up, and begins to start it again. */
  void kill(Node node) {
    await(node);
    node.kill();
    CompletableFuture<Void> start = new CompletableFuture<>();
    starting.put(node, start);
    Thread thread = new Thread(() -> startAgain(node, start), "start-" + node.name());
    thread.setDaemon(true);
    thread.start();
  }

  /** As often as it takes: without the database a node does not start. */
  private void startAgain(Node node, CompletableFuture<Void> start) {
    try {
      boolean isUp = false;
      for (int attempts = 1; !isUp; attempts++) {
        isUp = startsAgain(node, attempts == MAX_STARTS);
      }
      passOn();
      start.complete(null);
    } catch (RuntimeException | Error e) {
      start.completeExceptionally(e);
    }
  }

  private static boolean startsAgain(Node node, boolean isLast) {
    try {
      node.startAgain();
      return true;
    } catch (AssertionError e) {
      if (isLast) {
        throw e;
      }
      return false;
    }
  }

  private void await(Node node) {
    CompletableFuture<Void> start = starting.remove(node);
    if (start != null) {
      Await.value("the start of " + node.name(), LIMIT, start);
    }
  }

  /** Returns when all are up. */
  void awaitAll() {
    all.forEach(this::await);
  }

  /** Returns the one that has the feeds; any, if that is not known. */
  Node withFeeds() {
    String name =
        database
            .primary()
            .query("SELECT node FROM public.lease_node JOIN bellwether_lease USING (holder)");
    return all.stream().filter(node -> node.name().equals(name)).findFirst().orElse(all.get(0));
  }

  @Override
  public void close() {
    try {
      awaitAll();
    } finally {
      all.forEach(Node::close);
      front.close();
    }
  }
}
