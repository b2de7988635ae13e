package bellwether.faults;

import bellwether.harness.proxy.TcpProxy;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;

/** Has a plan's steps happen, one after the other. Confined to one thread. */
final class Storm {
  private static final Duration WHILE = Duration.ofSeconds(2);
  private static final Duration SLOW_SYNC = Duration.ofMillis(300);

  private final TcpProxy proxy;
  private final MortalServer server;
  private final Readers<Journal> readers;
  private final List<Publisher> publishers;
  private final Disk disk;
  private final Injection injection;
  private final Ballast ballast;
  private final Findings findings;
  private final Chronicle chronicle;
  private final Map<Step.Kind, Integer> done = new EnumMap<>(Step.Kind.class);

  Storm(
      TcpProxy proxy,
      MortalServer server,
      Readers<Journal> readers,
      List<Publisher> publishers,
      Disk disk,
      Injection injection,
      Ballast ballast,
      Findings findings,
      Chronicle chronicle) {
    this.injection = injection;
    this.ballast = ballast;
    this.findings = findings;
    this.chronicle = chronicle;
    this.proxy = proxy;
    this.server = server;
    this.readers = readers;
    this.publishers = publishers;
    this.disk = disk;
  }

  /** Goes on, after the last step, until enough connections have been cut. */
  void run(Plan plan) {
    plan.steps().forEach(this::take);
    Random random = new Random(~plan.seed());
    while (proxy.cuts() < plan.cuts()) {
      take(plan.strikeOnReader(random));
    }
  }

  /** How often each thing was done. */
  Map<Step.Kind, Integer> done() {
    return new EnumMap<>(done);
  }

  private void take(Step step) {
    pause(step.pause());
    readers.requireSound();
    boolean isOfServer = step.kind() != Step.Kind.READER && step.kind() != Step.Kind.PUBLISHER;
    if (isOfServer) {
      chronicle.note(step.kind() + " begins");
    }
    switch (step.kind()) {
      case READER -> strike(step, readers.all().size(), i -> readers.all().get(i).localPort());
      case PUBLISHER -> strike(step, publishers.size(), i -> publishers.get(i).localPort());
      case NEWCOMER -> readers.add(false);
      case KILL -> {
        server.kill();
        startAgain();
      }
      case RESTART -> {
        server.terminate();
        startAgain();
      }
      case FULL_DISK -> disk.fillFor(WHILE);
      case FAILING_SYNCS -> {
        injection.failSyncs();
        pause(WHILE);
        injection.leaveSyncs();
      }
      case SLOW_SYNCS -> {
        injection.slowSyncs(SLOW_SYNC);
        pause(WHILE);
        injection.leaveSyncs();
      }
      case CLOCK_JUMP -> injection.jump(step.strike().time());
      case SECOND_PROCESS -> intrude();
      case FULL_HEAP -> fillHeap();
    }
    if (isOfServer) {
      chronicle.note(step.kind() + " is over");
    }
    done.merge(step.kind(), 1, Integer::sum);
  }

  /** Twice: the first that is refused must not make it easier for the second. */
  private void intrude() {
    for (int i = 0; i < 2; i++) {
      if (!server.refusesASecond()) {
        findings.add(Wrong.SHARED, "attempt " + (i + 1) + " of another process was not refused");
      }
    }
    if (!server.isAlive()) {
      findings.add(Wrong.SHARED, "the server ended when another process tried to open its data");
    }
  }

  private void fillHeap() {
    server.terminate();
    server.startSmall();
    passOn();
    ballast.flood(server.port());
    chronicle.note("the heap is full");
    pause(WHILE); // the others go on publishing, over whatever the flood has left
    server.end();
    startAgain();
  }

  private void startAgain() {
    server.startAgain();
    passOn();
  }

  private void passOn() {
    proxy.target(server.port());
    chronicle.note("the proxy passes on to port " + server.port());
  }

  private void strike(Step step, int targets, IntUnaryOperator portOf) {
    for (int i = 0; i < targets; i++) {
      int port = portOf.applyAsInt((step.target() + i) % targets);
      if (port != 0 && proxy.strike(port, step.strike())) {
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
