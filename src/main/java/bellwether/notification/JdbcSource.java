package bellwether.notification;

import bellwether.feed.SourceUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Work on the notification tables. Whatever the database refuses is a {@link
 * SourceUnavailableException}.
 */
final class JdbcSource {
  private static final int ATTEMPTS = 5;

  private final DataSource dataSource;

  /** The connections of {@code dataSource} must be in auto-commit mode, as they are by default. */
  JdbcSource(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Does one thing, which is committed by itself. */
  <T> T once(Work<T> work) {
    try (Connection connection = dataSource.getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw unavailable(e);
    }
  }

  /**
   * Does several things or none. The work is done anew if another transaction got in its way, such
   * as by inserting the same row; then it sees what the other did.
   */
  <T> T together(Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      try (Connection connection = dataSource.getConnection()) {
        return commit(connection, work);
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !isConflict(e)) {
          throw unavailable(e);
        }
      }
    }
  }

  <T> List<T> query(String sql, Binding binding, Row<T> row) {
    return once(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            binding.bind(statement);
            List<T> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
              while (rows.next()) {
                found.add(row.of(rows));
              }
            }
            return found;
          }
        });
  }

  /** Runs the same update for each id, by itself. */
  void updateEach(String sql, List<Long> ids) {
    once(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (long id : ids) {
              statement.setLong(1, id);
              statement.addBatch();
            }
            return statement.executeBatch();
          }
        });
  }

  static int update(Connection connection, String sql, Binding binding) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      binding.bind(statement);
      return statement.executeUpdate();
    }
  }

  static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static <T> T commit(Connection connection, Work<T> work) throws SQLException {
    connection.setAutoCommit(false);
    try {
      T result = work.on(connection);
      connection.commit();
      return result;
    } catch (SQLException | RuntimeException e) {
      rollBack(connection, e);
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private static void rollBack(Connection connection, Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  /** SQL's classes for a broken constraint and for a transaction that was rolled back. */
  private static boolean isConflict(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("23") || state.startsWith("40"));
  }

  private static SourceUnavailableException unavailable(SQLException e) {
    return new SourceUnavailableException("the notification table", e);
  }

  interface Binding {
    void bind(PreparedStatement statement) throws SQLException;
  }

  interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }
}
