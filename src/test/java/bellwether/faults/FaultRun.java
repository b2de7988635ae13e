package bellwether.faults;

import bellwether.harness.TemporaryDirectory;
import bellwether.harness.proxy.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a plan: publishers publish, readers read, things break; then the books are closed.
 */
final class FaultRun {
  private static final String KEY = "only-the-fault-runs-know-this-key";
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Plan plan;
  private final Map<String, String> settings = new TreeMap<>();
  private final @Nullable Path smallDisk;
  private final Findings findings = new Findings();
  private final Topics topics;
  private final Ledger ledger;
  private final List<Publisher> publishers = new ArrayList<>();

  /**
   * @param settings of the server, besides those that a run needs
   * @param smallDisk a directory on a disk that may be filled; null if there is none
   */
  FaultRun(Plan plan, Map<String, String> settings, @Nullable Path smallDisk) {
    if (plan.fullDisks() > 0 && smallDisk == null) {
      throw new IllegalArgumentException("a full disk needs a small one: faults.disk");
    }
    this.plan = plan;
    this.smallDisk = smallDisk;
    topics = new Topics(plan.publishers());
    ledger = new Ledger(topics, findings);
    this.settings.put("bellwether.publisher.key", KEY);
    this.settings.put("bellwether.retained", Topic.Kind.STATE.template());
    this.settings.put("bellwether.retry", "100ms");
    this.settings.put("bellwether.heartbeat", "2s");
    this.settings.put("bellwether.clock.interval", "1h");
    // More than any run publishes: so every gap is a false one.
    this.settings.put("bellwether.log.entries", "10000000");
    this.settings.put("bellwether.log.bytes", "8GiB");
    // Little of it in memory: who was away reads the files.
    this.settings.put("bellwether.log.memory", "64KiB");
    this.settings.putAll(settings);
  }

  /** Returns what was found; throws only if it could not be carried out. */
  Report run() {
    long began = System.nanoTime();
    Ballast ballast = new Ballast(KEY, "run-" + plan.seed());
    Chronicle chronicle = new Chronicle(System::nanoTime);
    Ports ports = new Ports(new Random(plan.seed()));
    try (Injection injection = new Injection();
        MortalServer server =
            new MortalServer(dataDirectory(), settings, injection, ports, chronicle);
        TcpProxy proxy = new TcpProxy(server.port());
        Readers<Journal> readers =
            new Readers<>(proxy.port(), KEY, topics, chronicle, this::journal)) {
      Storm storm =
          new Storm(
              proxy, server, readers, publishers, disk(), injection, ballast, findings, chronicle);
      for (int i = 0; i < plan.readers(); i++) {
        readers.add(true);
      }
      readers.await("the opening of every stream", LIMIT, Journal::hasStarted);
      startPublishers(proxy.port());
      storm.run(plan);
      closeBooks(proxy, readers);
      ballast.check(server.port(), findings);
      requireStruck(injection);
      Duration time = Duration.ofNanos(System.nanoTime() - began);
      return Report.of(
          plan,
          time,
          proxy,
          server,
          readers,
          publishers,
          storm,
          injection,
          ballast,
          ledger,
          findings);
    } finally {
      publishers.forEach(Publisher::abort);
    }
  }

  private Journal journal(String name, boolean isFirst, Predicate<Topic> wanted) {
    return new Journal(name, isFirst, wanted, topics, ledger, findings);
  }

  /** Else the agent did not find the classes that it was to change, and nothing was tried. */
  private void requireStruck(Injection injection) {
    if (plan.syncs() > 0 && injection.struckSyncs() == 0) {
      throw new IllegalStateException("no sync was struck");
    }
    if (plan.clockJumps() > 0 && !injection.hasClock()) {
      throw new IllegalStateException("the server has a clock of its own");
    }
  }

  private void startPublishers(int port) {
    Random random = new Random(plan.seed());
    for (int i = 0; i < plan.publishers(); i++) {
      Random own = new Random(random.nextLong());
      double rate = plan.rate() / plan.publishers();
      String run = "run-" + plan.seed();
      publishers.add(new Publisher(i, run, KEY, topics, ledger, findings, own, rate, port));
    }
    publishers.forEach(Publisher::start);
  }

  /**
   * Twice everybody has to come back and get what is published last. What came after the first of
   * these and should not have is so before the second, and is seen.
   */
  private void closeBooks(TcpProxy proxy, Readers<Journal> readers) {
    proxy.resetAll();
    publishers.forEach(publisher -> publisher.finish(LIMIT));
    for (int round = 0; round < 2; round++) {
      publishers.forEach(Publisher::publishLast);
      awaitAll(readers);
      proxy.resetAll();
    }
    readers.journals().forEach(Journal::close);
  }

  /** Who has not got everything in time has lost it, which the journal will say. */
  private void awaitAll(Readers<Journal> readers) {
    try {
      readers.await("every reader's last events", LIMIT, Journal::hasCaughtUp);
    } catch (AssertionError e) {
      findings.add(Wrong.LOST, e.toString());
    }
  }

  private TemporaryDirectory dataDirectory() {
    if (smallDisk == null) {
      return TemporaryDirectory.create("bellwether-faults");
    }
    try {
      return new TemporaryDirectory(Files.createTempDirectory(smallDisk, "bellwether-faults"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Disk disk() {
    if (smallDisk == null) {
      return time -> {
        throw new IllegalStateException("there is no disk to fill");
      };
    }
    try {
      return new SmallDisk(smallDisk);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
