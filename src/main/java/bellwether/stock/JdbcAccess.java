package bellwether.stock;

import bellwether.feed.SourceUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * The way to a table, and how its failures are told.
 *
 * @param dataSource its connections must be in auto-commit mode, as they are by default
 * @param table for the message, such as "the stock table"
 */
record JdbcAccess(DataSource dataSource, String table) {
  private static final String UNIQUE_VIOLATION = "23505"; // the SQLState of both databases
  private static final String ROLLED_BACK = "40"; // the class: deadlocks and such
  private static final int ATTEMPTS = 10; // each lost to what somebody else did in between

  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  interface Binding {
    void bind(PreparedStatement statement) throws SQLException;
  }

  /** Each statement by itself. */
  <T> T with(Work<T> work) {
    try (Connection connection = dataSource.getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw new SourceUnavailableException(table, e);
    }
  }

  /** All or nothing, and again if another transaction was in the way. */
  <T> T inTransaction(Work<T> work) {
    return with(
        connection -> {
          connection.setAutoCommit(false);
          SQLException lost = new SQLException("no attempt was made");
          for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
              return committed(connection, work);
            } catch (SQLException e) {
              if (!isLostRace(e)) {
                throw e;
              }
              lost = e;
            }
          }
          throw lost;
        });
  }

  private static <T> T committed(Connection connection, Work<T> work) throws SQLException {
    boolean isDone = false;
    try {
      T result = work.on(connection);
      connection.commit();
      isDone = true;
      return result;
    } finally {
      if (!isDone) {
        connection.rollback();
      }
    }
  }

  static boolean isUniqueViolation(SQLException e) {
    return UNIQUE_VIOLATION.equals(e.getSQLState());
  }

  private static boolean isLostRace(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.equals(UNIQUE_VIOLATION) || state.startsWith(ROLLED_BACK));
  }
}
