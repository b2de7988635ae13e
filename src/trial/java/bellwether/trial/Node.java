package bellwether.trial;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One server of the cluster, in a process of its own. Any thread. */
final class Node {
  private static final Pattern READY = Pattern.compile("ready: http://[^:]+:([0-9]+)/");
  private static final Duration PROBE = Duration.ofSeconds(1);
  private static final int MISSES = 2; // until a node that does not answer counts as away

  /** What can be seen of a node from outside. */
  enum Condition {
    DOWN,
    STARTING,
    UP,
    PAUSED,
    STOPPING
  }

  private final String name;
  private final Path war;
  private final Path directory;
  private final String database;
  private final String key;

  // Guarded by this.
  private @Nullable Process process;
  private boolean isPaused;
  private boolean isStopping;

  private volatile int port; // 0 while it is not known
  private volatile boolean isReady;
  private int misses; // of the probing thread

  Node(String name, Path war, Path directory, String database, String key) {
    this.name = name;
    this.war = war;
    this.directory = directory;
    this.database = database;
    this.key = key;
  }

  String name() {
    return name;
  }

  int port() {
    return port;
  }

  /** Returns whether connections may be sent there. */
  boolean isReady() {
    return isReady;
  }

  synchronized Condition condition() {
    if (process == null || !process.isAlive()) {
      return Condition.DOWN;
    }
    if (isPaused) {
      return Condition.PAUSED;
    }
    return isStopping ? Condition.STOPPING : isReady ? Condition.UP : Condition.STARTING;
  }

  /** Starts the node, unless it runs. */
  synchronized void start() {
    if (condition() != Condition.DOWN) {
      return;
    }
    isPaused = false;
    isStopping = false;
    isReady = false;
    port = 0;
    try {
      Path temporary = Files.createDirectories(directory.resolve("tmp"));
      ProcessBuilder builder = new ProcessBuilder(command(temporary)).redirectErrorStream(true);
      builder.environment().put("BELLWETHER_PUBLISHER_KEY", key);
      Process started = builder.start();
      process = started;
      Thread reading = new Thread(() -> read(started), name + "-output");
      reading.setDaemon(true);
      reading.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> command(Path temporary) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx128m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Djava.io.tmpdir=" + temporary,
        "-Dbellwether.data=" + directory.resolve("data"),
        "-Dbellwether.log=postgres",
        "-Dbellwether.database.url=" + database,
        "-Dbellwether.retry=500ms",
        "-Dbellwether.drain.window=1s",
        "-jar",
        war.toString(),
        "--host=127.0.0.1",
        "--port=0");
  }

  /** Reads what the process prints, and keeps it in a file. */
  private void read(Process from) {
    try (BufferedReader lines =
            new BufferedReader(new InputStreamReader(from.getInputStream(), UTF_8));
        var log = Files.newBufferedWriter(directory.resolve("log-" + from.pid()), UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.write(line + '\n');
        log.flush();
        Matcher ready = READY.matcher(line);
        if (ready.find()) {
          port = Integer.parseInt(ready.group(1));
        }
      }
    } catch (IOException e) {
      // It has ended.
    }
  }

  /** Ends the process at once, as a crash would. */
  synchronized void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      isReady = false;
    }
  }

  /** Tells the node to stop in order. */
  synchronized void stop() {
    Process running = process;
    if (running != null && !isPaused) {
      isStopping = true;
      running.destroy();
    }
  }

  /** Has the process stand still, as a machine that is too busy would, or go on. */
  synchronized void pause(boolean isToPause) {
    Process running = process;
    if (running == null || !running.isAlive() || isPaused == isToPause) {
      return;
    }
    try {
      String signal = isToPause ? "-STOP" : "-CONT";
      new ProcessBuilder("kill", signal, Long.toString(running.pid())).start().waitFor();
      isPaused = isToPause;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Looks whether the node is ready, as a balancer does.
   *
   * @return whether it was, and is so no longer
   */
  boolean probe() {
    boolean wasReady = isReady;
    boolean answers = condition() != Condition.DOWN && answers();
    misses = answers ? 0 : misses + 1;
    if (answers) {
      isReady = true;
    } else if (misses >= MISSES || condition() == Condition.DOWN) {
      isReady = false;
    }
    return wasReady && !isReady;
  }

  private boolean answers() {
    if (port == 0) {
      return false;
    }
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + "/health/ready").toURL().openConnection();
      connection.setConnectTimeout((int) PROBE.toMillis());
      connection.setReadTimeout((int) PROBE.toMillis());
      try {
        return connection.getResponseCode() == 200;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends the process, if there is one, and returns when it has ended. */
  void end() throws InterruptedException {
    kill(); // nothing of it is kept
    Process running;
    synchronized (this) {
      running = process;
    }
    if (running != null) {
      running.waitFor();
    }
  }
}
