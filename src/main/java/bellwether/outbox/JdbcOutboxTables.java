package bellwether.outbox;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
      "SELECT has_database_privilege(current_database(), 'CREATE')"
          + " OR EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'bellwether'"
          + " AND has_schema_privilege(oid, 'CREATE'))";

  private final DataSource dataSource;
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
    if (!areMade && mayMake(connection)) {
      make();
      areMade = true;
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
    } catch (FlywayException e) {
      throw new SQLException("the schema bellwether cannot be made or brought up to date", e);
    }
  }
}
