package bellwether.table;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs SQL on a table. Every failure of the database becomes a {@link SourceUnavailableException}
 * that names the table.
 */
public final class JdbcTable {
  private static final Logger logger = LoggerFactory.getLogger(JdbcTable.class);

  // SQLSTATE codes, as H2 and PostgreSQL give them.
  private static final String UNIQUE_VIOLATION = "23505";
  private static final Set<String> FOREIGN_KEY_VIOLATIONS = Set.of("23503", "23506");
  private static final String ROLLED_BACK = "40"; // the class: deadlocks and such
  private static final String DATA_EXCEPTION = "22"; // the class: values that do not fit
  private static final Instant START = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");
  private static final int ATTEMPTS = 10; // each lost to a concurrent change

  private final DataSource dataSource;
  private final String name;

  /** Work that uses a connection. */
  public interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /** Binds the parameters of a statement. */
  public interface Binding {
    void bind(PreparedStatement statement) throws SQLException;
  }

  /** Reads a value from the row that the result set stands on. */
  public interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }

  /**
   * @param dataSource gives connections that must be in auto-commit mode, as they are by default
   * @param name the table's name in messages, such as "the stock table"
   */
  public JdbcTable(DataSource dataSource, String name) {
    this.dataSource = dataSource;
    this.name = name;
  }

  /**
   * Does work on a connection of a pool, and gives it back. If anything but an {@link SQLException}
   * is thrown, the connection is ended: the driver may not have read an answer that is on its way,
   * which the next user of the connection would take for the answer to another question.
   */
  public static <T> T on(DataSource dataSource, Work<T> work) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      try {
        return work.on(connection);
      } catch (RuntimeException | Error e) {
        try {
          connection.abort(Runnable::run);
        } catch (SQLException | RuntimeException alsoFailed) {
          e.addSuppressed(alsoFailed);
        }
        throw e;
      }
    }
  }

  /** Does work in which each statement is committed by itself. */
  public <T> T once(Work<T> work) {
    try {
      return on(dataSource, work);
    } catch (SQLException e) {
      throw new SourceUnavailableException(name, e);
    }
  }

  /**
   * Does work in one transaction. The work is repeated if another transaction got in its way, for
   * example by inserting the same row or by deleting one that is referred to; then it sees what the
   * other did.
   */
  public <T> T together(Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return on(dataSource, connection -> committed(connection, work));
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !isLostRace(e)) {
          throw new SourceUnavailableException(name, e);
        }
      }
    }
  }

  public <T> List<T> query(String sql, Binding binding, Reading<T> reading) {
    return once(connection -> query(connection, sql, binding, reading));
  }

  public static <T> List<T> query(
      Connection connection, String sql, Binding binding, Reading<T> reading) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      binding.bind(statement);
      List<T> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(reading.of(rows));
        }
      }
      return found;
    }
  }

  /** Executes an update, and returns the number of rows that it changed. */
  public static int update(Connection connection, String sql, Binding binding) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      binding.bind(statement);
      return statement.executeUpdate();
    }
  }

  /** Runs the same update for each id, each in its own transaction. */
  public void updateEach(String sql, List<Long> ids) {
    var unused =
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

  /**
   * Runs the same update for each id, each in its own transaction, as long as the holder has the
   * lease.
   *
   * @param sql the update; it must allow a further condition at its end
   * @throws SourceUnavailableException if another server has the lease, so that not all rows were
   *     updated
   */
  public void updateEach(String sql, List<Long> ids, String holder) {
    /*
     * The condition is in the statement, so no lock is held: a server that stalls in the middle of
     * it, or is cut off, does not keep another one from taking over.
     */
    var unused =
        once(
            connection -> {
              try (PreparedStatement statement =
                  connection.prepareStatement(sql + " AND " + JdbcLease.IS_HELD)) {
                for (long id : ids) {
                  statement.setLong(1, id);
                  statement.setString(2, holder);
                  statement.addBatch();
                }
                statement.executeBatch();
              }
              return requireLease(connection, holder);
            });
  }

  private static boolean requireLease(Connection connection, String holder) throws SQLException {
    List<Integer> held =
        query(
            connection,
            "SELECT 1 FROM bellwether_lease WHERE holder = ?",
            statement -> statement.setString(1, holder),
            row -> row.getInt(1));
    if (held.isEmpty()) {
      throw new SQLException("another server has taken over");
    }
    return true;
  }

  /** Returns whether a row was not inserted because it is there already. */
  public static boolean isUniqueViolation(SQLException e) {
    return UNIQUE_VIOLATION.equals(e.getSQLState());
  }

  /** Returns an instant as a parameter of a statement. */
  public static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  /**
   * Reads an instant from a column that may be null.
   *
   * @throws IllegalArgumentException for a value that RFC 3339 cannot express, such as infinity
   */
  public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    if (time == null) {
      return null;
    }
    try {
      Instant instant = time.toInstant(); // infinity does not fit
      if (!instant.isBefore(START) && instant.isBefore(END)) {
        return instant;
      }
    } catch (DateTimeException e) {
      // falls through to the exception below
    }
    throw new IllegalArgumentException(column + " is not of the years 0000 to 9999");
  }

  /** Reads an instant from a column that is never null. */
  public static Instant requiredInstant(ResultSet row, String column) throws SQLException {
    Instant instant = instant(row, column);
    if (instant == null) {
      throw new SQLException(column + " is null");
    }
    return instant;
  }

  /**
   * Reads a row that another program may have broken: the reading throws an {@link
   * IllegalArgumentException}, or meets a value that Java cannot hold.
   */
  public static <K, T> Row<K, T> row(K key, ResultSet row, Reading<T> reading) throws SQLException {
    try {
      return new Row.Whole<>(key, reading.of(row));
    } catch (IllegalArgumentException e) {
      return new Row.Broken<>(key, String.valueOf(e.getMessage()));
    } catch (SQLException e) {
      if (String.valueOf(e.getSQLState()).startsWith(DATA_EXCEPTION)) { // such as a price of NaN
        return new Row.Broken<>(key, String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private static <T> T committed(Connection connection, Work<T> work) throws SQLException {
    connection.setAutoCommit(false);
    T result;
    try {
      result = work.on(connection);
      connection.commit();
    } catch (Throwable e) { // also an error: else half of the work could be committed
      rollBack(connection, e);
      throw e;
    }
    restore(connection);
    return result;
  }

  private static void rollBack(Connection connection, Throwable cause) {
    try {
      connection.rollback();
      restore(connection);
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * Restores auto-commit; if that fails, the connection is broken, which its pool notices, and the
   * work stays done.
   */
  private static void restore(Connection connection) {
    try {
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      logger.debug("A connection broke just after its transaction", e);
    }
  }

  private static boolean isLostRace(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return isUniqueViolation(e)
        || FOREIGN_KEY_VIOLATIONS.contains(state)
        || state.startsWith(ROLLED_BACK);
  }
}
