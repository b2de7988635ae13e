package bellwether.faults.cluster;

import bellwether.faults.Chronicle;
import bellwether.faults.Findings;
import bellwether.faults.Ports;
import bellwether.faults.Publisher;
import bellwether.faults.Readers;
import bellwether.faults.Topics;
import bellwether.faults.Wrong;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/**
 * Carries out a plan: publishers publish to any node, readers read from any, nodes and their
 * database break; then the books are closed.
 */
final class ClusterRun {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final ClusterPlan plan;
  private final PostgresPrograms programs;
  private final Findings findings = new Findings();
  private final Takeovers takeovers = new Takeovers();
  private final Topics topics;
  private final Receipts receipts;
  private final List<Publisher> publishers = new ArrayList<>();
  private final Chronicle chronicle = new Chronicle(System::nanoTime);

  ClusterRun(ClusterPlan plan, PostgresPrograms programs) {
    this.plan = plan;
    this.programs = programs;
    topics = new Topics(plan.publishers());
    receipts = new Receipts(topics, takeovers);
  }

  /** Returns what was found; throws only if it could not be carried out. */
  ClusterReport run() throws SQLException, InterruptedException {
    long began = System.nanoTime();
    Ports ports = new Ports(new Random(plan.seed()));
    try (PostgresCluster database = new PostgresCluster(programs, ports, takeovers, chronicle);
        Nodes nodes = new Nodes(database, ports, chronicle);
        Readers<Trail> readers =
            new Readers<>(
                nodes.front().port(),
                Nodes.KEY,
                topics,
                chronicle,
                (name, isFirst, wanted) -> new Trail(name, wanted, topics, findings))) {
      for (int i = 0; i < plan.readers(); i++) {
        readers.add(true);
      }
      readers.await("the opening of every stream", LIMIT, Trail::hasStarted);
      startPublishers(nodes.front().port());
      Poller poller = new Poller("poll-" + plan.seed(), nodes, takeovers, new Random(plan.seed()));
      poller.start();
      ClusterStorm storm =
          new ClusterStorm(database, nodes, readers, publishers, receipts, takeovers, chronicle);
      storm.run(plan);
      poller.finish();
      finish(nodes, readers);
      KeptLog kept;
      try (Connection connection = database.primary().connect()) {
        kept = KeptLog.read(connection, takeovers, topics, findings);
      }
      return judge(kept, readers, poller, storm, Duration.ofNanos(System.nanoTime() - began));
    } catch (RuntimeException | Error e) {
      throw new AssertionError("lately " + chronicle.lately(), e);
    } finally {
      publishers.forEach(Publisher::abort);
    }
  }

  private void startPublishers(int port) {
    Random random = new Random(plan.seed());
    for (int i = 0; i < plan.publishers(); i++) {
      Random own = new Random(random.nextLong());
      double rate = plan.rate() / plan.publishers();
      String run = "run-" + plan.seed();
      publishers.add(new Publisher(i, run, Nodes.KEY, topics, receipts, findings, own, rate, port));
    }
    publishers.forEach(Publisher::start);
  }

  /**
   * Twice everybody has to come back and get what is published last. What came after the first of
   * these and should not have is so before the second, and is seen.
   */
  private void finish(Nodes nodes, Readers<Trail> readers) {
    nodes.front().resetAll();
    publishers.forEach(publisher -> publisher.finish(LIMIT));
    for (int round = 0; round < 2; round++) {
      publishers.forEach(Publisher::publishLast);
      awaitLast(readers);
      nodes.front().resetAll();
    }
  }

  /** Who has not got everything in time has lost it, which its judge will say. */
  private void awaitLast(Readers<Trail> readers) {
    try {
      readers.await("every reader's last events", LIMIT, trail -> trail.hasCaughtUp(receipts));
    } catch (AssertionError e) {
      String lacks =
          readers.journals().stream()
              .map(trail -> trail.lacks(receipts))
              .filter(Objects::nonNull)
              .findFirst()
              .orElse("");
      findings.add(Wrong.LOST, e.getMessage() + ": " + lacks);
    }
  }

  private ClusterReport judge(
      KeptLog kept, Readers<Trail> readers, Poller poller, ClusterStorm storm, Duration time) {
    long lost = receipts.check(kept, findings);
    Judge.Verdict verdict = new Judge.Verdict();
    for (Trail trail : readers.journals()) {
      new Judge(trail, kept, topics, findings, verdict).judge();
    }
    List<String> missed = poller.missed(kept);
    for (String each : missed) {
      findings.add(Wrong.STALE_POLL, each);
    }
    return new ClusterReport(
        plan,
        time,
        receipts.count(),
        kept.size(),
        lost,
        publishers.stream().mapToLong(Publisher::retries).sum(),
        publishers.stream().map(Publisher::longest).max(Duration::compareTo).orElseThrow(),
        readers.journals().stream().mapToLong(Trail::deliveries).sum(),
        readers.journals().stream().mapToLong(Trail::reconnections).sum(),
        readers.statuses(),
        poller.polls(),
        poller.unanswered(),
        missed.size(),
        storm.done(),
        verdict,
        findings);
  }
}
