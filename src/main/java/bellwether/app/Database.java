package bellwether.app;

import bellwether.config.Settings;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection pools for the tables. It can be created while the database is down, and works as
 * soon as the database is up.
 */
public final class Database implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(Database.class);

  private static final int MAX_CONNECTIONS = 5;
  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);
  private static final int MIGRATION =
      4; // connection time-outs; on a busy machine it takes seconds
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LOG_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration LOG_SOCKET_TIMEOUT = Duration.ofSeconds(8);

  /** So that no connection leads to a server for long whose place another one has taken. */
  private static final Duration LOG_CONNECTION = Duration.ofSeconds(30); // the pool's least

  private static final Duration LEASE_TIMEOUT = Duration.ofSeconds(4); // shorter than a lease

  /**
   * The pool's logger that reports every broken connection at each outage; it is silenced, since
   * the feeds report an outage once. It is held in a field because its level would be lost if it
   * were garbage collected.
   */
  private static final java.util.logging.Logger TALKATIVE =
      java.util.logging.Logger.getLogger("com.zaxxer.hikari.pool.ProxyConnection");

  private final HikariDataSource pool;
  private final DataSource dataSource;
  private final HikariDataSource leasePool;
  private final DataSource leaseDataSource;
  private volatile @Nullable String schema; // that connections are set to, once it is known

  /**
   * @param url the JDBC URL, of H2 or PostgreSQL
   * @param user null if it is in the URL, or none is needed
   * @param password null if it is in the URL, or none is needed
   * @throws IllegalArgumentException for the URL of any other database
   */
  public Database(String url, @Nullable String user, @Nullable String password) {
    this(url, user, password, CONNECTION_TIMEOUT);
  }

  Database(
      String url, @Nullable String user, @Nullable String password, Duration connectionTimeout) {
    TALKATIVE.setLevel(java.util.logging.Level.SEVERE);
    this.pool =
        new HikariDataSource(
            config(url, user, password, MAX_CONNECTIONS, connectionTimeout, SOCKET_TIMEOUT));
    this.dataSource =
        new MigratedDataSource(pool, () -> migrate(url), connectionTimeout.multipliedBy(MIGRATION));
    this.leasePool =
        new HikariDataSource(config(url, user, password, 1, LEASE_TIMEOUT, LEASE_TIMEOUT));
    this.leaseDataSource = new MigratedDataSource(leasePool, this::migrateBefore, LEASE_TIMEOUT);
  }

  /** Returns a pool for the event log, whose calls end within seconds if the server is away. */
  static HikariDataSource logPool(Settings.Database database, String name, int most) {
    HikariConfig config =
        config(
            database.url(),
            database.user(),
            database.password(),
            most,
            LOG_TIMEOUT,
            LOG_SOCKET_TIMEOUT);
    config.setPoolName(name);
    config.setMaxLifetime(LOG_CONNECTION.toMillis());
    return new HikariDataSource(config);
  }

  /** Returns a source of PostgreSQL connections that whoever asks for them keeps. */
  static DataSource unpooled(Settings.Database database) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(database.url());
    if (!database.user().isEmpty()) { // otherwise it is in the URL
      source.setUser(database.user());
      source.setPassword(database.password());
    }
    source.setConnectTimeout((int) LOG_TIMEOUT.toSeconds());
    source.setSocketTimeout((int) LOG_SOCKET_TIMEOUT.toSeconds());
    return source;
  }

  private static HikariConfig config(
      String url,
      @Nullable String user,
      @Nullable String password,
      int most,
      Duration connectionTimeout,
      Duration socketTimeout) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(most == 1 ? "bellwether-lease" : "bellwether");
    // By name: the driver manager does not look for services in a web application's libraries.
    config.setDriverClassName(driverClassName(url));
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(password);
    config.setMaximumPoolSize(most);
    config.setConnectionTimeout(connectionTimeout.toMillis());
    config.setInitializationFailTimeout(-1); // start, even if the database is away
    config.setExceptionOverride(new BrokenSessions());
    if (isPostgres(url)) {
      // Otherwise a server that no longer answers would hold a thread until the network gives up.
      config.addDataSourceProperty("socketTimeout", String.valueOf(socketTimeout.toSeconds()));
      // Else a failure's message has the values of its statement, and is logged with them.
      config.addDataSourceProperty("logServerErrorDetail", "false");
    }
    return config;
  }

  /**
   * Returns a source of connections to tables that have been migrated. If the migration fails, so
   * does the request for a connection, and the next request tries again.
   */
  public DataSource dataSource() {
    return dataSource;
  }

  /**
   * Returns a source of one more connection, which only the lease uses: so the lease does not
   * expire because all others are busy. It has shorter time-outs.
   */
  DataSource leaseDataSource() {
    return leaseDataSource;
  }

  /** Closes the connections, and removes our drivers from the list that all applications share. */
  @Override
  public void close() {
    leasePool.close();
    pool.close();
    for (Driver driver : Collections.list(DriverManager.getDrivers())) {
      if (driver.getClass().getClassLoader() == Database.class.getClassLoader()) {
        deregister(driver); // it would keep our class loader in memory after undeployment
      }
    }
  }

  private @Nullable String migrateBefore() throws SQLException {
    dataSource.getConnection().close();
    return schema;
  }

  private @Nullable String migrate(String url) throws SQLException {
    String found = isPostgres(url) ? TablesSchema.of(pool) : null;
    try {
      Flyway.configure(Database.class.getClassLoader())
          .loggers("slf4j")
          .dataSource(pool)
          .defaultSchema(found)
          .locations(locations(url))
          .failOnMissingLocations(true)
          // A schema that has other tables, and perhaps another Flyway's history, is fine.
          .table("bellwether_schema_history")
          .baselineOnMigrate(true)
          .baselineVersion("0")
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new SQLException("the tables cannot be made or brought up to date", e);
    }
    schema = found == null || TablesSchema.isDefault(pool, found) ? null : found;
    return schema;
  }

  private static String driverClassName(String url) {
    if (url.startsWith("jdbc:h2:")) {
      return "org.h2.Driver";
    }
    if (isPostgres(url)) {
      return "org.postgresql.Driver";
    }
    throw new IllegalArgumentException(
        "a database URL must start with jdbc:h2: or jdbc:postgresql:");
  }

  /** Returns where the migrations are: those for both databases, and those for PostgreSQL only. */
  private static String[] locations(String url) {
    return isPostgres(url)
        ? new String[] {"classpath:db/migration", "classpath:db/migration-postgresql"}
        : new String[] {"classpath:db/migration"};
  }

  static boolean isPostgres(String url) {
    return url.startsWith("jdbc:postgresql:");
  }

  private static void deregister(Driver driver) {
    try {
      DriverManager.deregisterDriver(driver);
    } catch (SQLException e) {
      logger.debug("Could not deregister {}", driver, e);
    }
  }
}
