package bellwether.outbox;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The schema {@code bellwether}: the table of the outbox, and the function that writes into it. */
final class JdbcOutboxTables {
  private static final Logger logger = LoggerFactory.getLogger(JdbcOutboxTables.class);

  private static final String SCHEMA = "bellwether";
  private static final String MAY_MAKE =
      "SELECT coalesce((SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace"
          + " WHERE nspname = 'bellwether'),"
          + " has_database_privilege(current_database(), 'CREATE'))";

  private final DataSource dataSource;
  private boolean hasFailed; // for a reason that does not pass by itself
  private boolean areMade; // or brought up to date, in this life of the process
  private boolean isToldOf; // that they may not be made

  JdbcOutboxTables(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Makes the tables, or brings them up to date, if this has not been done.
   *
   * @return whether they are there; if not, the log has said what an administrator can do
   */
  boolean areThere(Connection connection) throws SQLException {
    if (!areMade && !hasFailed && mayMake(connection)) {
      make();
    }
    return areMade;
  }

  private boolean mayMake(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(MAY_MAKE)) {
      if (rows.next() && rows.getBoolean(1)) {
        return true;
      }
    }
    if (!isToldOf) {
      isToldOf = true;
      logger.info(
          "Nobody can publish by SQL, because this user may not make the schema for it. To change"
              + " that, run: CREATE SCHEMA bellwether AUTHORIZATION \"{}\"",
          connection.getMetaData().getUserName());
    }
    return false;
  }

  /** Returns whether the database was away, or busy, so that the next try may succeed. */
  private static boolean isOutage(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return e instanceof SQLTransientException
            || Stream.of("08", "53", "55", "57").anyMatch(state::startsWith);
      }
    }
    return false;
  }

  private void make() throws SQLException {
    try {
      Flyway.configure(JdbcOutboxTables.class.getClassLoader())
          .loggers("slf4j")
          .dataSource(dataSource)
          .locations("classpath:db/publish-postgresql")
          .failOnMissingLocations(true)
          .schemas(SCHEMA)
          .table("bellwether_publish_history")
          // The schema may have other tables.
          .baselineOnMigrate(true)
          .baselineVersion("0")
          .load()
          .migrate();
      areMade = true;
    } catch (FlywayException e) {
      if (isOutage(e)) {
        throw new SQLException("the schema bellwether cannot be made now", e);
      }
      hasFailed = true; // nothing else is to stand still for that
      logger.warn("Nobody can publish by SQL: the schema bellwether cannot be made", e);
    }
  }
}
