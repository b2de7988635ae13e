package bellwether.eventlog.postgres;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.Epochs;
import bellwether.eventlog.shared.SharedStore.Chunk;
import bellwether.eventlog.shared.SharedStore.Stored;
import bellwether.eventlog.shared.StoreException;
import bellwether.table.JdbcTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import javax.sql.DataSource;

/** Reads the entries in the log's tables. It lends the store what both need for a statement. */
final class JdbcLogEntries {
  private static final Duration PATIENCE = Duration.ofSeconds(10); // for an answer of the server
  private static final String LIMITS =
      "SELECT set_config('lock_timeout', '2s', true), set_config('statement_timeout', '5s', true), ";

  private final JdbcMarks marks;
  private final String read;
  private final String withId;
  private final String lastBefore;

  JdbcLogEntries(String schema, JdbcMarks marks) {
    this.marks = marks;
    String reading = LIMITS + schema + ".require_primary_v1()";
    // One row more than fits tells the size of what does not.
    read =
        reading
            + "; SELECT position, octet_length(body) AS size,"
            + " CASE WHEN total - base <= ? THEN body END AS body FROM ("
            + "SELECT position, total, body, first_value(total - octet_length(body))"
            + " OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) AS base FROM "
            + schema
            + ".entry WHERE position > ? AND position <= ? AND position >= (SELECT oldest FROM "
            + schema
            + ".mark) ORDER BY position LIMIT ?) e"
            + " WHERE total - octet_length(body) - base <= ? ORDER BY position; "
            + JdbcMarks.sql(schema);
    // The digest of another id may be the same; who asks compares.
    withId = reading + "; SELECT place, record FROM " + schema + ".with_id_v1(?, ?, ?, ?)";
    lastBefore = reading + "; SELECT " + schema + ".last_before_v1(?, ?)";
  }

  /** Reads entries of one connection's server: see {@link Chunk}. */
  Chunk read(DataSource source, long after, long upTo, int limit, long bytes)
      throws StoreException {
    try {
      return on(source, connection -> chunk(connection, after, upTo, limit, bytes));
    } catch (SQLException e) {
      throw JdbcFailures.harmless(e);
    }
  }

  private Chunk chunk(Connection connection, long after, long upTo, int limit, long bytes)
      throws SQLException {
    Epochs known = marks.known();
    try (PreparedStatement statement = connection.prepareStatement(read)) {
      statement.setLong(1, bytes);
      statement.setLong(2, after);
      statement.setLong(3, upTo);
      statement.setInt(4, limit);
      statement.setLong(5, bytes);
      statement.setString(6, JdbcMarks.newest(known));
      statement.execute();
      List<Stored> entries = new ArrayList<>();
      long tooLarge = 0;
      try (ResultSet rows = next(statement)) {
        while (rows.next()) {
          byte[] body = rows.getBytes("body");
          if (body == null) {
            long size = rows.getLong("size");
            tooLarge = size > bytes ? size : 0;
          } else {
            entries.add(new Stored(rows.getLong("position"), body));
          }
        }
      }
      try (ResultSet rows = next(statement)) {
        return new Chunk(entries, marks.read(rows, known), tooLarge);
      }
    }
  }

  List<Stored> withId(DataSource source, String id, long before, int limit, long bytes)
      throws StoreException {
    try {
      return on(
          source,
          connection -> {
            try (PreparedStatement statement = connection.prepareStatement(withId)) {
              statement.setObject(1, JdbcDrafts.id(id));
              statement.setLong(2, before);
              statement.setInt(3, limit);
              statement.setLong(4, bytes);
              statement.execute();
              try (ResultSet rows = next(statement)) {
                return stored(rows);
              }
            }
          });
    } catch (SQLException e) {
      throw JdbcFailures.harmless(e);
    }
  }

  OptionalLong lastBefore(DataSource source, Instant time, Instant now) throws StoreException {
    try {
      return on(
          source,
          connection -> {
            try (PreparedStatement statement = connection.prepareStatement(lastBefore)) {
              statement.setLong(1, micros(time));
              statement.setLong(2, micros(now));
              statement.execute();
              try (ResultSet rows = next(statement)) {
                return rows.next() && rows.getObject(1) != null
                    ? OptionalLong.of(rows.getLong(1))
                    : OptionalLong.empty();
              }
            }
          });
    } catch (SQLException e) {
      throw JdbcFailures.harmless(e);
    }
  }

  static <T> T on(DataSource source, JdbcTable.Work<T> work) throws SQLException {
    return JdbcTable.on(
        source,
        connection -> {
          connection.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
          return work.on(connection);
        });
  }

  /** Returns the rows of the next of several statements, behind the one that stands first. */
  static ResultSet next(PreparedStatement statement) throws SQLException {
    if (!statement.getMoreResults()) {
      throw new SQLException("fewer answers than statements");
    }
    return statement.getResultSet();
  }

  static List<Stored> stored(ResultSet rows) throws SQLException {
    List<Stored> stored = new ArrayList<>();
    while (rows.next()) {
      stored.add(new Stored(rows.getLong(1), rows.getBytes(2)));
    }
    return stored;
  }

  /** Returns microseconds since 1970, for any time whatever. */
  static long micros(Instant time) {
    try {
      return EntryRecord.micros(time);
    } catch (ArithmeticException e) {
      return time.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }
}
