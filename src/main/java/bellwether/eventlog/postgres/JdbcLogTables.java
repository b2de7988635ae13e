package bellwether.eventlog.postgres;

import static org.flywaydb.core.api.MigrationState.FUTURE_SUCCESS;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfoService;

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

  /**
   * Makes them, or brings them up to date. Tables of a newer version stay as they are: its
   * functions have names of their own beside those that this version calls.
   */
  static void migrate(DataSource dataSource, String schema) throws SQLException {
    try {
      flyway(dataSource, schema).migrate();
    } catch (FlywayException e) {
      throw new SQLException("the log's tables cannot be made or brought up to date", e);
    }
  }

  /** How the tables in the database compare with those of this version. */
  enum Age {
    MISSING,
    OLDER,
    SAME,
    NEWER
  }

  static Age age(DataSource dataSource, String schema) throws SQLException {
    try {
      MigrationInfoService info = flyway(dataSource, schema).info();
      if (info.current() == null) {
        return Age.MISSING;
      }
      boolean isNewer =
          Arrays.stream(info.applied()).anyMatch(one -> one.getState() == FUTURE_SUCCESS);
      return isNewer ? Age.NEWER : info.pending().length > 0 ? Age.OLDER : Age.SAME;
    } catch (FlywayException e) {
      throw new SQLException("the log's tables cannot be looked at", e);
    }
  }

  private static Flyway flyway(DataSource dataSource, String schema) {
    return Flyway.configure(JdbcLogTables.class.getClassLoader())
        .loggers("slf4j")
        .dataSource(dataSource)
        .locations("classpath:db/log-postgresql")
        .failOnMissingLocations(true)
        .ignoreMigrationPatterns("*:future")
        .schemas(schema)
        .table("bellwether_schema_history")
        .load();
  }
}
