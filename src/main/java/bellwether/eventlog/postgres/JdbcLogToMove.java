package bellwether.eventlog.postgres;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.EntryRecord.DamagedException;
import bellwether.eventlog.Epochs;
import bellwether.eventlog.LogReceiver;
import bellwether.eventlog.LogReceiver.Facts;
import bellwether.eventlog.shared.SharedStore.Mark;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** A log in PostgreSQL that is handed over whole, as it is at one moment. One thread. */
public final class JdbcLogToMove {
  private static final int ROWS = 16; // fetched at a time: each may be large

  private JdbcLogToMove() {}

  /**
   * Hands over the log, which stays there unchanged.
   *
   * @throws IOException if there is none, it is of a newer version, or anything fails
   */
  public static void handOver(JdbcLogPlace place, LogReceiver receiver) throws IOException {
    try {
      place.requireLog();
      try (Connection connection = place.begin()) {
        JdbcLogPlace.execute(
            connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        handOver(connection, receiver);
        connection.rollback();
      }
    } catch (SQLException e) {
      throw JdbcLogPlace.failure(e);
    }
  }

  private static void handOver(Connection connection, LogReceiver receiver)
      throws SQLException, IOException {
    Mark mark = mark(connection);
    if (mark.epochs().isEmpty()) {
      throw new IOException("no server has ever kept a log there");
    }
    receiver.begin(new Facts(mark.epochs(), mark.oldest(), mark.newest(), mark.loss()));
    String states = "SELECT position, body FROM retained WHERE position < ? ORDER BY position";
    read(connection, states, mark.oldest(), receiver::state, position -> {});
    String entries = "SELECT position, body FROM entry WHERE position >= ? ORDER BY position";
    read(connection, entries, mark.oldest(), receiver::entry, receiver::missing);
    receiver.finish();
  }

  private static Mark mark(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM mark_v1(NULL)");
        ResultSet rows = statement.executeQuery()) {
      return new JdbcMarks().read(rows, new Epochs(List.of()));
    }
  }

  private interface Taker {
    void take(EntryRecord entry) throws IOException;
  }

  private interface Missing {
    void note(long position) throws IOException;
  }

  private static void read(
      Connection connection, String sql, long position, Taker taker, Missing missing)
      throws SQLException, IOException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setFetchSize(ROWS);
      statement.setLong(1, position);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          try {
            taker.take(entry(rows.getLong(1), rows.getBytes(2)));
          } catch (DamagedException e) { // also the mark of a place where entries are missing
            missing.note(rows.getLong(1));
          }
        }
      }
    }
  }

  private static EntryRecord entry(long position, byte[] body) throws DamagedException {
    EntryRecord record = EntryRecord.decode(body, 0);
    return new EntryRecord(
        position, record.time(), record.publication(), record.isRetained(), false);
  }
}
