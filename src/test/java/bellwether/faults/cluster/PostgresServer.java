package bellwether.faults.cluster;

import bellwether.harness.Await;
import bellwether.harness.ForeignProgram;
import bellwether.harness.TemporaryDirectory;
import bellwether.harness.proxy.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL server, which may be a primary or a standby in turn. It follows its primary
 * through a proxy of its own, and so can be cut off.
 *
 * <p>It does not sync its files, which would take most of the time of a run: what a process has
 * written is there after it was killed. Only a power cut would show the difference.
 */
final class PostgresServer implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String CONFIGURATION =
      """
      listen_addresses = '127.0.0.1'
      unix_socket_directories = ''
      max_connections = 80
      shared_buffers = '32MB'
      fsync = off
      wal_level = replica
      hot_standby = on
      max_wal_senders = 10
      wal_keep_size = '64MB'
      min_wal_size = '8MB'
      max_wal_size = '64MB'
      wal_receiver_timeout = '5s'
      wal_retrieve_retry_interval = '200ms'
      checkpoint_timeout = '30min'
      restart_after_crash = off
      log_min_messages = warning
      """;

  private final String name;
  private final int port;
  private final PostgresPrograms programs;
  private final Path data;
  private final Path output;
  private final TcpProxy upstream; // passes on to whatever primary it follows
  private @Nullable Process process;

  /**
   * @param root a directory that the programs' user may write to
   */
  PostgresServer(String name, int port, PostgresPrograms programs, TemporaryDirectory root) {
    this.name = name;
    this.port = port;
    this.programs = programs;
    this.data = root.path().resolve(name);
    this.output = root.path().resolve(name + ".log");
    this.upstream = new TcpProxy(port);
  }

  String name() {
    return name;
  }

  int port() {
    return port;
  }

  /** Returns the proxy through which it follows its primary. */
  TcpProxy upstream() {
    return upstream;
  }

  /** Makes new data, as a primary's, and starts. */
  void startAnew() {
    programs.run(
        output,
        "initdb",
        "-D",
        data.toString(),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--wal-segsize=1", // in MB: so a standby's copy is small, and soon made
        "--no-sync");
    try {
      Files.writeString(data.resolve("postgresql.conf"), CONFIGURATION);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    settings(Map.of());
    start();
  }

  /** Throws away what data it has, takes a copy of the primary's, and starts to follow it. */
  void startAsStandbyOf(PostgresServer primary) {
    kill();
    new TemporaryDirectory(data).close();
    upstream.target(primary.port());
    upstream.refuse(false);
    programs.run(
        output,
        "pg_basebackup",
        "-h",
        "127.0.0.1",
        "-p",
        Integer.toString(primary.port()),
        "-U",
        "postgres",
        "-D",
        data.toString(),
        "-X",
        "stream",
        "-c",
        "fast",
        "--no-sync");
    settings(
        Map.of(
            "primary_conninfo",
            "host=127.0.0.1 port=%d user=postgres application_name=%s"
                .formatted(upstream.port(), name)));
    write(data.resolve("standby.signal"), "");
    start();
  }

  /** Writes all settings that are not the same for each server; a running one takes them over. */
  private void settings(Map<String, String> settings) {
    StringBuilder text = new StringBuilder("port = " + port + "\n");
    new TreeMap<>(settings).forEach((key, value) -> text.append(key + " = '" + value + "'\n"));
    write(data.resolve("postgresql.auto.conf"), text.toString());
  }

  private void write(Path file, String text) {
    try {
      Files.writeString(file, text);
      programs.own(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets for which standby's copy commits wait; for none if it is null. */
  void waitFor(@Nullable PostgresServer standby) throws SQLException {
    settings(
        standby == null ? Map.of() : Map.of("synchronous_standby_names", '"' + standby.name + '"'));
    execute("SELECT pg_reload_conf()");
    String wanted = standby == null ? "" : '"' + standby.name + '"';
    Await.until(
        name + " waits for " + wanted,
        LIMIT,
        () -> wanted.equals(query("SHOW synchronous_standby_names")));
  }

  /** Starts over the data that it has; returns when it answers. */
  void start() {
    Process started = programs.start(output, "postgres", "-D", data.toString());
    process = started;
    Await.until("an answer of " + name, LIMIT, () -> answers(started));
  }

  private boolean answers(Process started) {
    if (!started.isAlive()) {
      throw new AssertionError(name + " has ended; it said:\n" + PostgresPrograms.text(output));
    }
    try (Connection connection = connect()) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  /** Kills all of its processes ({@code SIGKILL}), and waits for their end. */
  void kill() {
    Process running = process;
    process = null;
    if (running != null) {
      List<ProcessHandle> sessions = running.descendants().toList();
      running.destroyForcibly();
      sessions.forEach(ProcessHandle::destroyForcibly);
      running.onExit().join();
      Await.until(
          "the end of the sessions of " + name,
          LIMIT,
          () -> sessions.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  /** Makes a primary of a standby; its commits wait for no other server then. */
  void promote() throws SQLException {
    settings(Map.of());
    execute("SELECT pg_reload_conf()");
    if (!"t".equals(query("SELECT pg_promote(true, 60)"))) {
      throw new AssertionError(name + " was not promoted");
    }
  }

  /** Returns whether this standby follows its primary in this way, and has its log up to here. */
  boolean hasReached(String end, PostgresServer primary, String state) {
    return "t"
        .equals(
            primary.query(
                "SELECT count(*) = 1 FROM pg_stat_replication WHERE application_name = '%s'"
                        .formatted(name)
                    + " AND state = 'streaming' AND sync_state = '%s' AND flush_lsn >= '%s'"
                        .formatted(state, end)));
  }

  Connection connect() throws SQLException {
    return ForeignProgram.connect(
        "jdbc:postgresql://127.0.0.1:"
            + port
            + "/postgres?user=postgres&connectTimeout=5&socketTimeout=70");
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Returns the first column of the first row, as text; empty if there is none. */
  String query(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "";
    } catch (SQLException e) {
      throw new IllegalStateException(name + " does not answer to " + sql, e);
    }
  }

  @Override
  public void close() {
    kill();
    upstream.close();
  }
}
