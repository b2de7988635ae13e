package bellwether.app;

import bellwether.cluster.ClusterStore;
import bellwether.cluster.JdbcClusterStore;
import bellwether.config.Settings;
import bellwether.eventlog.Report;
import bellwether.eventlog.file.FileLogLimits;
import bellwether.eventlog.postgres.JdbcSharedStore;
import bellwether.eventlog.shared.SharedEventLog;
import bellwether.eventlog.shared.SharedLogLimits;
import bellwether.eventlog.shared.SharedStore.Keep;
import bellwether.observe.Metrics;
import bellwether.topic.Topic;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event log that many servers share in PostgreSQL, opened with the values of the settings, and
 * its connections: eight for each server, one that listens, and one more for upkeep now and then.
 */
final class LogTables implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(LogTables.class);
  private static final Report report = new Report(logger);

  private static final String SCHEMA = "bellwether_log";
  private static final int PARTS = 8; // the least number of partitions of a full log
  private static final int LARGEST_PART = 1 << 17; // entries
  private static final Duration TENDING = Duration.ofMillis(250);

  private final Settings.Log settings;
  private final HikariDataSource appends;
  private final HikariDataSource tail;
  private final HikariDataSource reads;
  private final HikariDataSource upkeep;
  private final HikariDataSource nodes;
  private final JdbcSharedStore.Sources sources;

  LogTables(Settings.Log settings, Settings.Database database) {
    this.settings = settings;
    this.appends = Database.logPool(database, "bellwether-append", 1);
    this.tail = Database.logPool(database, "bellwether-tail", 1);
    this.reads = Database.logPool(database, "bellwether-read", 3);
    this.upkeep = Database.logPool(database, "bellwether-upkeep", 1);
    this.nodes = Database.logPool(database, "bellwether-nodes", 2);
    this.sources =
        new JdbcSharedStore.Sources(appends, tail, reads, upkeep, Database.unpooled(database));
  }

  SharedEventLog open(
      Executor committing,
      Executor tailing,
      InstantSource clock,
      RandomGenerator random,
      Predicate<Topic> isOfFeeds) {
    Duration age = settings.age();
    SharedLogLimits limits =
        new SharedLogLimits(
            new Keep(
                settings.entries(), settings.bytes(), age == null ? FileLogLimits.ANY_AGE : age),
            LogFiles.hotEntries(settings),
            settings.hotBytes(),
            LogFiles.readingBytes(settings),
            settings.patience(),
            LogFiles.waitingMemory());
    long part = Math.max(1, Math.min(LARGEST_PART, settings.entries() / PARTS));
    return new SharedEventLog(
        new JdbcSharedStore(sources, SCHEMA, part, random),
        limits,
        committing,
        tailing,
        clock,
        System::nanoTime,
        UUID::randomUUID,
        isOfFeeds);
  }

  /** Returns the store in which the servers find each other; the log must have been opened. */
  ClusterStore clusterStore() {
    return new JdbcClusterStore(nodes, SCHEMA);
  }

  /**
   * Schedules the log's upkeep, and adds its metrics.
   *
   * @param turns runs what never waits
   */
  SharedEventLog start(SharedEventLog log, ScheduledExecutorService turns, Metrics metrics) {
    metrics.gauge("bellwether_log_bytes", "Bytes of the event log's entries.", log::bytes);
    long nanos = TENDING.toNanos();
    var unused = turns.scheduleWithFixedDelay(() -> tend(log), nanos, nanos, TimeUnit.NANOSECONDS);
    return log;
  }

  private static void tend(SharedEventLog log) {
    try {
      log.tend();
    } catch (RuntimeException | Error e) { // if it escaped, it would end the schedule
      report.error("The event log's upkeep failed; trying again", e);
    }
  }

  @Override
  public void close() {
    appends.close();
    tail.close();
    reads.close();
    upkeep.close();
    nodes.close();
  }
}
