package bellwether.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.fixtures.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On PostgreSQL. */
class JdbcTableIT extends JdbcTableContract {
  JdbcTableIT() {
    super(Tables.onPostgres());
  }

  /** Its driver may not have read the answer to what it sent. */
  @Test
  void endsAConnectionOnWhichAnErrorWasThrown() throws SQLException {
    try (Tables tables = Tables.onPostgres()) {
      List<Connection> used = new ArrayList<>();
      assertThatExceptionOfType(StackOverflowError.class)
          .isThrownBy(
              () ->
                  JdbcTable.on(
                      tables.dataSource(),
                      connection -> {
                        used.add(connection);
                        throw new StackOverflowError();
                      }));
      assertThat(used).singleElement().matches(connection -> isClosed(connection));
    }
  }

  private static boolean isClosed(Connection connection) {
    try {
      return connection.isClosed();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
