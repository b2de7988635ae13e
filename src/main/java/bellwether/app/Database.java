package bellwether.app;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to the tables. It may be opened while the database is away, and works as soon as
 * the database is there.
 */
public final class Database implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(Database.class);

  private static final int MAX_CONNECTIONS = 5;
  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);
  private static final int MIGRATION = 4; // times as long: on a busy machine it takes some seconds
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LEASE_TIMEOUT = Duration.ofSeconds(4); // less than a lease is long

  /**
   * Says of every connection, at each outage, that it is broken; the feeds say once that the
   * database is away. Held, since the log manager would let the collector forget its level.
   */
  private static final java.util.logging.Logger TALKATIVE =
      java.util.logging.Logger.getLogger("com.zaxxer.hikari.pool.ProxyConnection");

  private final HikariDataSource pool;
  private final DataSource dataSource;
  private final HikariDataSource leasePool;
  private final DataSource leaseDataSource;

  /**
   * @param url of H2 or PostgreSQL
   * @param user null if the URL says it, or none is needed
   * @param password null if the URL says it, or none is needed
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
        new MigratedDataSource(
            pool, () -> migrate(locations(url)), connectionTimeout.multipliedBy(MIGRATION));
    this.leasePool =
        new HikariDataSource(config(url, user, password, 1, LEASE_TIMEOUT, LEASE_TIMEOUT));
    this.leaseDataSource =
        new MigratedDataSource(leasePool, () -> dataSource.getConnection().close(), LEASE_TIMEOUT);
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
      // Else a server that fell silent would hold a thread until the network gives up.
      config.addDataSourceProperty("socketTimeout", String.valueOf(socketTimeout.toSeconds()));
    }
    return config;
  }

  /**
   * Connections to tables that are there and up to date. While they cannot be made so, asking for a
   * connection fails, and the next asking tries again.
   */
  public DataSource dataSource() {
    return dataSource;
  }

  /**
   * The same, by a connection that nothing else uses: so the lease does not run out because the
   * others are busy. It gives up sooner.
   */
  DataSource leaseDataSource() {
    return leaseDataSource;
  }

  /** Closes the connections, and takes our drivers off the list that all applications share. */
  @Override
  public void close() {
    leasePool.close();
    pool.close();
    for (Driver driver : Collections.list(DriverManager.getDrivers())) {
      if (driver.getClass().getClassLoader() == Database.class.getClassLoader()) {
        deregister(driver); // it would hold our class loader in memory after we are gone
      }
    }
  }

  private void migrate(String... locations) throws SQLException {
    try {
      Flyway.configure(Database.class.getClassLoader())
          .loggers("slf4j")
          .dataSource(pool)
          .locations(locations)
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

  /** What both databases understand, and what only PostgreSQL does. */
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
