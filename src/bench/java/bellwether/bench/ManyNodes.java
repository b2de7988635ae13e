package bellwether.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What several nodes over one PostgreSQL take in a second, and how much later than on the
 * publisher's own node an event comes to a reader of another. One with a log in files stands beside
 * them.
 */
final class ManyNodes {
  private static final int PUBLISHERS = 16; // on each node
  private static final int BATCHERS = 4;
  private static final int BATCH = 100;
  private static final int LARGE_BATCH = 1000;
  private static final int RATE = 100; // events a second while latency is measured
  private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);

  private final Path directory;
  private final int seconds;
  private final int warmUp;

  ManyNodes(int seconds, int warmUp) {
    this.directory = ServerProcess.DIRECTORY;
    this.seconds = seconds;
    this.warmUp = warmUp;
  }

  /**
   * Prints a row for each number of nodes.
   *
   * @param only the one number that is wanted; 0 for all
   */
  void run(int rounds, int only) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    System.out.println(
        "| log | nodes | single events/s | CPU of each, nodes + database, µs | in batches of 100,"
            + " events/s | CPU of each, µs | CPU of another node that follows, µs | p50 own node,"
            + " ms | p50 other, ms | p99 own, ms | p99 other, ms |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
    for (int round = 0; round < rounds; round++) {
      if (only == 0) {
        row("files", 1, null);
      }
      for (int nodes = only == 0 ? 1 : only; nodes <= (only == 0 ? 3 : only); nodes++) {
        try (Database database = new Database(directory)) {
          row("PostgreSQL", nodes, database);
        }
      }
    }
  }

  /** Prints how long a node takes to serve that joins after so many events. */
  void join(int events) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    try (Database database = new Database(directory);
        Nodes nodes = new Nodes(1, database, directory)) {
      try (Caller caller = new Caller(0, Peer.BELLWETHER, local(nodes.ports().get(0)))) {
        while (caller.number() < events) {
          caller.publish(LARGE_BATCH, new Histogram(LONGEST, 3));
        }
      }
      long begun = System.nanoTime();
      int port = nodes.add();
      awaitReady(port);
      double seconds = (System.nanoTime() - begun) / 1e9;
      System.out.printf(
          "A node that joins after %,d events is ready %.1f s after its start; it has %,d KiB alive"
              + " in its heap, the one that was there %,d.%n",
          events, seconds, nodes.liveHeap(1) >> 10, nodes.liveHeap(0) >> 10);
    }
  }

  private static void awaitReady(int port) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + "/health/ready");
    for (int i = 0; i < 3000; i++) {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      if (connection.getResponseCode() == 200) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new IOException("the node is not ready");
  }

  private void row(String log, int count, @Nullable Database database)
      throws IOException, InterruptedException {
    try (Nodes nodes = new Nodes(count, database, directory)) {
      Throughput warm = throughput(nodes, PUBLISHERS, 1, warmUp);
      Throughput single = throughput(nodes, PUBLISHERS, 1, seconds);
      throughput(nodes, BATCHERS, BATCH, warmUp / 2 + 1);
      Throughput batches = throughput(nodes, BATCHERS, BATCH, seconds);
      double following = count > 1 ? following(nodes) : 0;
      Histogram own = new Histogram(LONGEST, 3);
      Histogram other = new Histogram(LONGEST, 3);
      latency(nodes, own, other);
      System.out.printf(
          "| %s | %d | %,.0f | %.0f + %.0f | %,.0f | %.1f + %.1f | %.1f | %.2f | %.2f | %.2f | %.2f"
              + " |%n",
          log,
          count,
          single.rate(),
          single.nodeMicros(),
          single.databaseMicros(),
          batches.rate(),
          batches.nodeMicros(),
          batches.databaseMicros(),
          following,
          own.getValueAtPercentile(50) / 1e6,
          other.getValueAtPercentile(50) / 1e6,
          own.getValueAtPercentile(99) / 1e6,
          other.getValueAtPercentile(99) / 1e6);
      if (warm.rate() <= 0) {
        throw new IOException("nothing was published");
      }
    }
  }

  /**
   * What was published.
   *
   * @param nodeMicros CPU time of all nodes for each event
   * @param databaseMicros that of the database
   * @param lastMicros that of the last node alone
   */
  private record Throughput(
      double rate, double nodeMicros, double databaseMicros, double lastMicros) {}

  private static Throughput throughput(Nodes nodes, int publishers, int batch, int duration)
      throws IOException {
    return throughput(nodes, nodes.ports(), publishers, batch, duration);
  }

  /** The CPU time of a node for each event that is published to another one. */
  private double following(Nodes nodes) throws IOException {
    return throughput(nodes, nodes.ports().subList(0, 1), BATCHERS, BATCH, seconds).lastMicros();
  }

  private static Throughput throughput(
      Nodes nodes, List<Integer> ports, int publishers, int batch, int duration)
      throws IOException {
    List<Caller> callers = new ArrayList<>();
    try {
      for (int i = 0; i < ports.size() * publishers; i++) {
        callers.add(new Caller(i, Peer.BELLWETHER, local(ports.get(i % ports.size()))));
      }
      Usage before = nodes.usage();
      long begun = System.nanoTime();
      long deadline = begun + TimeUnit.SECONDS.toNanos(duration);
      callers.stream()
          .map(
              caller ->
                  CompletableFuture.runAsync(() -> publish(caller, deadline, batch), thread()))
          .toList()
          .forEach(CompletableFuture::join);
      double elapsed = (System.nanoTime() - begun) / 1e9;
      long events = callers.stream().mapToLong(Caller::number).sum();
      Usage used = nodes.usage();
      return new Throughput(
          events / elapsed,
          micros(before.nodes, used.nodes) / events,
          micros(before.database, used.database) / events,
          micros(before.last, used.last) / events);
    } finally {
      for (Caller caller : callers) {
        caller.close();
      }
    }
  }

  /** CPU times. */
  private record Usage(Duration nodes, Duration database, Duration last) {}

  private static double micros(Duration before, Duration after) {
    return after.minus(before).toNanos() / 1e3;
  }

  private static Executor thread() {
    return task -> new Thread(task, "publisher").start();
  }

  private static void publish(Caller caller, long deadline, int batch) {
    try {
      caller.publishUntil(deadline, batch, new Histogram(LONGEST, 3));
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /** Publishes at an even pace on the first node, and reads there and on the last one. */
  private void latency(Nodes nodes, Histogram own, Histogram other)
      throws IOException, InterruptedException {
    int first = nodes.ports().get(0);
    int last = nodes.ports().get(nodes.ports().size() - 1);
    try (Reader here = new Reader(first, own);
        Reader there = new Reader(last, other);
        Caller caller = new Caller(0, Peer.BELLWETHER, local(first))) {
      long next = System.nanoTime();
      for (int i = 0; i < RATE * seconds; i++) {
        next += TimeUnit.SECONDS.toNanos(1) / RATE;
        for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        caller.publish(1, new Histogram(LONGEST, 3));
      }
      TimeUnit.SECONDS.sleep(1);
      here.requireSome(RATE * seconds);
      there.requireSome(RATE * seconds);
    }
  }

  private static InetSocketAddress local(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Reads a stream of the topic on a thread of its own, and notes how old each event is. */
  private static final class Reader implements AutoCloseable {
    private final Socket socket;
    private final Thread thread;
    private final AtomicInteger count = new AtomicInteger();

    Reader(int port, Histogram age) throws IOException, InterruptedException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket
          .getOutputStream()
          .write(
              """
              GET /events?topic=bench-0 HTTP/1.1\r
              Host: localhost\r
              Accept: text/event-stream\r
              \r
              """
                  .getBytes(US_ASCII));
      BufferedReader in =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      while (!in.readLine().startsWith("data:")) {} // the opening cursor
      thread = new Thread(() -> read(in, age), "reader");
      thread.setDaemon(true);
      thread.start();
    }

    private void read(BufferedReader in, Histogram age) {
      try {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          String[] parts = line.split("-", 5);
          if (line.startsWith("data: ") && parts.length == 5) {
            age.recordValue(System.nanoTime() - Long.parseLong(parts[3]));
            count.incrementAndGet();
          }
        }
      } catch (IOException e) {
        // closed
      }
    }

    void requireSome(int expected) throws IOException {
      if (count.get() != expected) {
        throw new IOException("read " + count + " of " + expected + " events");
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** Nodes over one database; or one alone. */
  private static final class Nodes implements AutoCloseable {
    private final List<Process> processes = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private final @Nullable Database database;
    private final Path directory;

    Nodes(int count, @Nullable Database database, Path directory)
        throws IOException, InterruptedException {
      this.database = database;
      this.directory = directory;
      for (int i = 0; i < count; i++) {
        var unused = add();
      }
    }

    /** Starts one more, and returns its port once it listens. */
    int add() throws IOException, InterruptedException {
      int port = freePort();
      Path data = Files.createTempDirectory(directory, "node-");
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx1g",
                  "-Dbellwether.publisher.key=" + Peer.KEY,
                  "-Dbellwether.clock.interval=1h",
                  "-Dbellwether.data=" + data));
      if (database != null) {
        command.add("-Dbellwether.log=postgres");
        command.add("-Dbellwether.database.url=" + database.url());
      }
      command.addAll(List.of("-jar", "target/bellwether.war", "--port", "" + port));
      Path output = data.resolve("output.log");
      processes.add(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start());
      ports.add(port);
      awaitListening(port);
      return port;
    }

    long liveHeap(int node) throws IOException, InterruptedException {
      return new ServerUsage(List.of(processes.get(node).pid())).liveHeap();
    }

    List<Integer> ports() {
      return ports;
    }

    Usage usage() throws IOException {
      List<Long> pids = processes.stream().map(Process::pid).toList();
      return new Usage(
          new ServerUsage(pids).cpu(),
          database == null ? Duration.ZERO : new ServerUsage(database.pids()).cpu(),
          new ServerUsage(pids.subList(pids.size() - 1, pids.size())).cpu());
    }

    @Override
    public void close() {
      processes.forEach(Process::destroyForcibly);
      processes.forEach(process -> process.onExit().join());
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void awaitListening(int port) throws IOException, InterruptedException {
    for (int i = 0; i < 600; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
    throw new IOException("nobody listens on port " + port);
  }

  /**
   * A PostgreSQL of the system's package, with its settings as they come: each commit is synced.
   */
  private static final class Database implements AutoCloseable {
    private final Process process;
    private final int port;

    Database(Path directory) throws IOException, InterruptedException {
      Path programs = programs();
      Path data = Files.createTempDirectory(directory, "postgres-");
      port = freePort();
      runs("chown", "-R", "postgres", data.toString());
      runs("chmod", "a+x", directory.toString(), directory.resolve("..").normalize().toString());
      runs(asPostgres(programs.resolve("initdb").toString(), "-A", "trust", "-D", data.toString()));
      process =
          new ProcessBuilder(
                  asPostgres(
                      programs.resolve("postgres").toString(),
                      "-D",
                      data.toString(),
                      "-p",
                      "" + port,
                      "-k",
                      data.toString(),
                      "-c",
                      "shared_buffers=256MB"))
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("postgres.log").toFile())
              .start();
      awaitListening(port);
      TimeUnit.SECONDS.sleep(1); // it listens before it takes connections
    }

    private static Path programs() throws IOException {
      try (var versions = Files.list(Path.of("/usr/lib/postgresql"))) {
        return versions
            .map(version -> version.resolve("bin"))
            .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
            .findFirst()
            .orElseThrow(() -> new IOException("no PostgreSQL is installed"));
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }

    private static String[] asPostgres(String... command) {
      List<String> words = new ArrayList<>(List.of("setpriv", "--reuid=postgres"));
      words.addAll(List.of("--regid=postgres", "--clear-groups"));
      words.addAll(List.of(command));
      return words.toArray(String[]::new);
    }

    private static void runs(String... command) throws IOException, InterruptedException {
      Process run =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (run.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + " failed");
      }
    }

    String url() {
      return "jdbc:postgresql://localhost:" + port + "/postgres?user=postgres";
    }

    List<Long> pids() {
      List<Long> pids = new ArrayList<>(List.of(process.pid()));
      process.descendants().map(ProcessHandle::pid).forEach(pids::add);
      return pids;
    }

    @Override
    public void close() {
      process.descendants().toList().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      process.onExit().join();
    }
  }
}
