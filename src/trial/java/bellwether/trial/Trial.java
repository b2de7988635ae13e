package bellwether.trial;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The whole trial: it starts everything, waits until it is told to stop, and leaves nothing behind.
 * Told by Ctrl-C, by {@code POST /trial/stop}, or by the end of the process that started it.
 */
final class Trial {
  /** Held, because its level would be lost if it were garbage collected. */
  private static final Logger TALKATIVE = Logger.getLogger("");

  private static final int NODES = 3;
  private static final int READERS = 6;
  private static final Duration LOOK = Duration.ofMillis(250);

  private final Deque<AutoCloseable> open = new ArrayDeque<>(); // the last is closed first
  private final CountDownLatch stop = new CountDownLatch(1);
  private final ProcessHandle starter =
      ProcessHandle.current().parent().orElse(ProcessHandle.current());
  private boolean isClosed; // guarded by this

  private Trial() {}

  /** Arguments: the WAR, the directory of the page's files, and a directory for everything else. */
  public static void main(String[] arguments) throws Exception {
    TALKATIVE.setLevel(Level.WARNING);
    int port = Integer.getInteger("trial.port", 8090);
    Trial trial = new Trial();
    Runtime.getRuntime().addShutdownHook(new Thread(trial::end));
    try {
      trial.run(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]), port);
    } finally {
      trial.close();
    }
  }

  private void run(Path war, Path web, Path directory, int port) throws Exception {
    open(new TrialDirectory(directory));
    say("Starting PostgreSQL");
    String database = database(directory);
    String key = key();
    Nodes nodes = open(new Nodes());
    for (int i = 1; i <= NODES; i++) {
      nodes.add(new Node("node-" + i, war, directory.resolve("node-" + i), database, key));
    }
    List<Reader> readers = new ArrayList<>();
    Balancer balancer = open(new Balancer(nodes, port));
    Publisher publisher = open(new Publisher(balancer.uri(), key));
    for (int i = 1; i <= READERS; i++) {
      readers.add(open(new Reader("reader-" + i, balancer.uri())));
    }
    State state = new State(nodes, balancer, readers, publisher);
    balancer.start(new Site(web, nodes, state, stop::countDown));
    say("Starting " + NODES + " nodes");
    nodes.start();
    say("Open " + balancer.uri() + "trial/ in a browser, in up to five tabs. Stop with Ctrl-C.");
    awaitStop(nodes::areReady);
    readers.forEach(Reader::start);
    publisher.start();
    Browsers.show(balancer.uri() + "trial/");
    awaitStop(() -> false);
    say("Stopping");
  }

  private String database(Path directory) throws Exception {
    EmbeddedPostgres postgres =
        open(
            EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(directory.resolve("postgres").toFile())
                .setDataDirectory(directory.resolve("database"))
                .setCleanDataDirectory(true)
                .setServerConfig("listen_addresses", "127.0.0.1")
                .start());
    return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres?user=postgres";
  }

  private static String key() {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  private synchronized <T extends AutoCloseable> T open(T part) throws Exception {
    if (isClosed) {
      part.close();
      throw new IllegalStateException("told to stop");
    }
    open.push(part);
    return part;
  }

  /** Waits until something has happened, or the trial is to stop. */
  private void awaitStop(BooleanSupplier hasHappened) throws InterruptedException {
    while (!hasHappened.getAsBoolean()
        && !stop.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)
        && starter.isAlive()) {}
  }

  /** Stops everything, and returns when it has stopped: when the process is told to end. */
  private void end() {
    stop.countDown();
    close();
  }

  private synchronized void close() {
    isClosed = true;
    while (!open.isEmpty()) {
      AutoCloseable part = open.pop();
      try {
        part.close();
      } catch (Exception e) { // the others have to be closed all the same
        say("Not closed in order: " + e);
      }
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
