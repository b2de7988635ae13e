package bellwether.app;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.Postgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** On PostgreSQL. */
class DatabaseIT {
  @Test
  void makesTheTablesAndWhatOnlyPostgresHasAndKeepsThemWhenOpenedAgain() throws SQLException {
    Postgres.execute("CREATE SCHEMA made_by_bellwether");
    String url = Postgres.url() + "&currentSchema=made_by_bellwether";
    for (int i = 0; i < 2; i++) {
      try (Database database = new Database(url, null, null);
          Connection connection = database.dataSource().getConnection();
          Statement statement = connection.createStatement()) {
        assertThat(triggers(statement))
            .isEqualTo("bellwether_notification on notification, bellwether_stock on stock");
      }
    }
  }

  private static String triggers(Statement statement) throws SQLException {
    String sql =
        "SELECT string_agg(DISTINCT trigger_name || ' on ' || event_object_table, ', ')"
            + " FROM information_schema.triggers WHERE trigger_schema = current_schema()";
    try (ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
