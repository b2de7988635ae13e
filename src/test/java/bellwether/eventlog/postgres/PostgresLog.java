package bellwether.eventlog.postgres;

import bellwether.eventlog.postgres.JdbcSharedStore.Sources;
import bellwether.fixtures.Postgres;
import bellwether.harness.Await;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A schema for one log in a real PostgreSQL, and the stores of its nodes. */
final class PostgresLog implements AutoCloseable {
  private final String schema = "t" + UUID.randomUUID().toString().replace("-", "");
  private final String url;
  private final List<JdbcSharedStore> stores = new ArrayList<>();
  private final List<HikariDataSource> pools = new ArrayList<>();

  PostgresLog() {
    this(Postgres.url());
  }

  private PostgresLog(String url) {
    this.url = url;
  }

  /** In a database that does not answer. */
  static PostgresLog away() {
    return new PostgresLog("jdbc:postgresql://127.0.0.1:1/none");
  }

  /** Returns the store of one more node. */
  synchronized JdbcSharedStore store(int entriesOfPart) {
    return store(entriesOfPart, "");
  }

  /**
   * Returns the store of one more node.
   *
   * @param parameter of the URL of the connections for appends; may be empty
   */
  synchronized JdbcSharedStore store(int entriesOfPart, String parameter) {
    HikariDataSource appends =
        pool(parameter.isEmpty() ? url : url + (url.contains("?") ? "&" : "?") + parameter);
    Sources sources = new Sources(appends, pool(url), pool(url), pool(url), unpooled());
    JdbcSharedStore store =
        new JdbcSharedStore(sources, schema, entriesOfPart, new Random(), Duration.ofMillis(10));
    stores.add(store);
    return store;
  }

  /** Returns the place for a log that is moved. */
  JdbcLogPlace place() {
    return new JdbcLogPlace(url, "", "", schema);
  }

  void execute(String sql) throws SQLException {
    Postgres.execute("SET search_path = " + schema + "; " + sql);
  }

  long count(String table) throws SQLException {
    return Long.parseLong(query("SELECT count(*) FROM " + schema + '.' + table).get(0));
  }

  /** Waits until nothing is left in the database that has been dropped. */
  void awaitCleaned() {
    Await.until("cleaned", Duration.ofSeconds(20), this::isCleaned);
  }

  private boolean isCleaned() {
    String sql =
        "SELECT swept = oldest AND NOT EXISTS (SELECT FROM %s.part WHERE is_gone) FROM %s.mark";
    return found(sql.formatted(schema, schema)).equals(List.of("t"));
  }

  private List<String> found(String sql) {
    try {
      return query(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the names of all tables of the log. */
  List<String> tables() throws SQLException {
    return query("SELECT tablename FROM pg_tables WHERE schemaname = '" + schema + "'");
  }

  /** Ends the connections on which this log's nodes listen. */
  void endListeners() throws SQLException {
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '"
            + schema
            + "'");
  }

  /** Returns a transaction for which all appends wait. */
  Connection lock() throws SQLException {
    return transaction("SELECT %s.lock_v1()");
  }

  /**
   * Returns a transaction that is open.
   *
   * @param sql what was done in it; {@code %s} is the log's schema
   */
  Connection transaction(String sql) throws SQLException {
    Connection connection = unpooled().getConnection();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql.formatted(schema));
    }
    return connection;
  }

  /** Ends the connection of an append that waits, as soon as there is one. */
  void endWaiting() {
    String sql =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE wait_event = 'advisory' AND query LIKE '%%%s.append%%'";
    Await.until(
        "an append waits", Duration.ofSeconds(20), () -> !found(sql.formatted(schema)).isEmpty());
  }

  private DataSource unpooled() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(url);
    source.setApplicationName(schema);
    return source;
  }

  private HikariDataSource pool(String jdbcUrl) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(jdbcUrl);
    config.setMaximumPoolSize(1);
    config.setConnectionTimeout(url.equals(Postgres.url()) ? 10_000 : 250);
    config.setInitializationFailTimeout(-1);
    HikariDataSource pool = new HikariDataSource(config);
    pools.add(pool);
    return pool;
  }

  private List<String> query(String sql) throws SQLException {
    try (Connection connection = unpooled().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }

  @Override
  public void close() throws SQLException {
    stores.forEach(JdbcSharedStore::close);
    pools.forEach(HikariDataSource::close);
    if (url.equals(Postgres.url())) {
      Postgres.execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
    }
  }
}
