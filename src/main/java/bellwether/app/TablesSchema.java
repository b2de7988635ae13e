package bellwether.app;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The schema of PostgreSQL that has the tables, or is to have them. */
final class TablesSchema {
  /*
   * By default PostgreSQL looks for tables in a schema with the user's name first. The schema
   * "bellwether" is made for publishing by SQL, and has no other tables, unless somebody wanted them
   * there. For a user "bellwether" it would hide the tables, which would be made anew in it, empty.
   */
  private static final String WITH_TABLES =
      "SELECT s FROM unnest(current_schemas(false)) WITH ORDINALITY AS path (s, place)"
          + " WHERE EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = s"
          + " AND tablename = 'bellwether_schema_history') AND s <> 'bellwether_log'"
          + " ORDER BY place LIMIT 1";
  private static final String FOR_TABLES =
      "SELECT s FROM unnest(current_schemas(false)) WITH ORDINALITY AS path (s, place)"
          + " WHERE has_schema_privilege(s, 'CREATE') AND s <> 'bellwether_log'"
          + " ORDER BY s = 'bellwether', place LIMIT 1";
  private static final String DEFAULT = "SELECT current_schema()";

  private TablesSchema() {}

  /** Returns the schema; null if the search path has none. */
  static @Nullable String of(DataSource source) throws SQLException {
    try (Connection connection = source.getConnection()) {
      String found = first(connection, WITH_TABLES);
      return found == null ? first(connection, FOR_TABLES) : found;
    }
  }

  /** Returns whether connections find tables in this schema without being told. */
  static boolean isDefault(DataSource source, String schema) throws SQLException {
    try (Connection connection = source.getConnection()) {
      // Also if the schema of the same name as the user is made later.
      return schema.equals(first(connection, DEFAULT))
          && !"bellwether".equals(first(connection, "SELECT current_user"));
    }
  }

  private static @Nullable String first(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? rows.getString(1) : null;
    }
  }
}
