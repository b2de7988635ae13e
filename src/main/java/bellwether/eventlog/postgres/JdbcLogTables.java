package bellwether.eventlog.postgres;

import java.sql.SQLException;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** The tables and functions of a shared log, in a schema of their own. */
final class JdbcLogTables {
  private static final Pattern SCHEMA = Pattern.compile("[a-z_][a-z0-9_]{0,39}");

  private JdbcLogTables() {}

  /**
   * Requires a name that needs no quotes, and with a prefix is not too long for another name.
   *
   * @throws IllegalArgumentException if it is none
   */
  static String requireSchema(String schema) {
    if (!SCHEMA.matcher(schema).matches()) {
      throw new IllegalArgumentException(
          "a schema's name has up to 40 small letters, digits and underscores: " + schema);
    }
    return schema;
  }

  /** Makes them, or brings them up to date. */
  static void migrate(DataSource dataSource, String schema) throws SQLException {
    try {
      Flyway.configure(JdbcLogTables.class.getClassLoader())
          .loggers("slf4j")
          .dataSource(dataSource)
          .locations("classpath:db/log-postgresql")
          .failOnMissingLocations(true)
          .schemas(schema)
          .table("bellwether_schema_history")
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new SQLException("the log's tables cannot be made or brought up to date", e);
    }
  }
}
