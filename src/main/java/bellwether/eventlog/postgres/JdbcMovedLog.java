package bellwether.eventlog.postgres;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.Epochs.Epoch;
import bellwether.eventlog.LatestStates;
import bellwether.eventlog.LogReceiver;
import bellwether.eventlog.Losses.Loss;
import bellwether.eventlog.Publication;
import bellwether.eventlog.StateKey;
import java.io.Closeable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tables to which a whole log is written, in one transaction. One thread. */
public final class JdbcMovedLog implements LogReceiver, Closeable {
  /*
   * The newest life gets a reign that no server has. So the first append ends it, and begins another
   * one far behind: no id is given twice, even if a server goes on with the log from which this one
   * came.
   *
   * Where readers have to be told of a loss there is an entry without a record, which is what they
   * are told when they reach a damaged one.
   */
  private static final String ELSEWHERE = "moved here";
  private static final int LARGEST_PART = 1 << 17; // entries

  private final Connection connection;
  private final LatestStates<EntryRecord> states = new LatestStates<>();
  private final JdbcRows rows;
  private @Nullable Facts facts;
  private long partSize;
  private long lastOfParts; // the last position for which there is a partition

  private JdbcMovedLog(Connection connection) {
    this.connection = connection;
    this.rows = new JdbcRows(connection);
  }

  /**
   * Begins a log, in tables that are made if they are missing.
   *
   * @throws IOException if there is a log already, it is of a newer version, or anything fails
   */
  public static JdbcMovedLog in(JdbcLogPlace place) throws IOException {
    try {
      place.requireTables();
      Connection connection = place.begin();
      try {
        JdbcLogPlace.execute(connection, "SELECT lock_v1()");
        requireEmpty(connection, place.schema());
        JdbcLogPlace.execute(connection, "DELETE FROM epoch"); // of a server without an event
        return new JdbcMovedLog(connection);
      } catch (SQLException | IOException | RuntimeException | Error e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw JdbcLogPlace.failure(e);
    }
  }

  private static void requireEmpty(Connection connection, String schema)
      throws SQLException, IOException {
    String used =
        "SELECT EXISTS (SELECT FROM entry) OR EXISTS (SELECT FROM part)"
            + " OR EXISTS (SELECT FROM retained)";
    try (PreparedStatement statement = connection.prepareStatement(used);
        ResultSet answer = statement.executeQuery()) {
      if (answer.next() && answer.getBoolean(1)) {
        throw new IOException(
            "the log in the schema "
                + schema
                + " has entries already; drop that schema if nobody needs them, and move again");
      }
    }
  }

  @Override
  public void begin(Facts newFacts) throws IOException {
    facts = newFacts;
    partSize = newFacts.entriesOfPart(LARGEST_PART);
    lastOfParts = newFacts.oldest() - 1;
  }

  @Override
  public void state(EntryRecord state) throws IOException {
    try {
      take(state);
    } catch (SQLException e) {
      throw JdbcLogPlace.failure(e);
    }
  }

  @Override
  public void entry(EntryRecord entry) throws IOException {
    try {
      makePart(entry.position());
      rows.addEntry(entry);
      take(entry);
    } catch (SQLException e) {
      throw JdbcLogPlace.failure(e);
    }
  }

  /** Keeps what the database knows of an entry besides the entry itself. */
  private void take(EntryRecord entry) throws SQLException {
    Publication publication = entry.publication();
    if (entry.isRetained()) {
      var unused = states.put(StateKey.of(publication), entry);
    }
    rows.addNames(entry);
  }

  @Override
  public void missing(long position) throws IOException {
    try {
      makePart(position);
      rows.addMissing(position);
    } catch (SQLException e) {
      throw JdbcLogPlace.failure(e);
    }
  }

  /** Makes the partition for a position, if there is none: there is none where many are skipped. */
  private void makePart(long position) throws SQLException {
    if (position <= lastOfParts) {
      return;
    }
    boolean isNext = position == lastOfParts + 1;
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT make_parts_v1(?, ?, ?, 0)")) {
      statement.setLong(1, position);
      statement.setLong(2, position);
      statement.setLong(3, partSize);
      statement.execute();
    }
    lastOfParts = (isNext ? lastOfParts : position - 1) + partSize;
  }

  @Override
  public void finish() throws IOException {
    Facts all = facts;
    if (all == null) {
      throw new IllegalStateException("not begun");
    }
    try {
      rows.finish();
      writeEpochs(all.epochs().list());
      writeMark(all);
      for (EntryRecord state : states.all()) {
        rows.addState(state);
      }
      rows.finishStates();
      JdbcLogPlace.execute(connection, "ANALYZE entry, name, retained");
    } catch (SQLException e) {
      throw JdbcLogPlace.failure(e);
    }
    commit();
  }

  private void writeEpochs(List<Epoch> epochs) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO epoch (number, name, first, last, reign) VALUES (?, ?, ?, ?, ?)")) {
      for (int i = 0; i < epochs.size(); i++) {
        Epoch epoch = epochs.get(i);
        statement.setInt(1, i + 1);
        statement.setString(2, epoch.name());
        statement.setLong(3, epoch.first());
        if (epoch.last() == Long.MAX_VALUE) {
          statement.setNull(4, Types.BIGINT);
        } else {
          statement.setLong(4, epoch.last());
        }
        statement.setString(5, ELSEWHERE);
        statement.addBatch();
      }
      var unused = statement.executeBatch();
    }
  }

  private void writeMark(Facts all) throws SQLException {
    Loss loss = all.loss();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE mark SET oldest = ?, swept = ?, lost_through = ?, lost_at = ?, total = 0,"
                + " tip = coalesce((SELECT max(first) FROM part WHERE first <= ?), 0)")) {
      statement.setLong(1, all.oldest());
      statement.setLong(2, all.oldest());
      statement.setLong(3, loss.through());
      if (loss.through() == 0) {
        statement.setNull(4, Types.BIGINT);
      } else {
        statement.setLong(4, JdbcRows.micros(loss.at()));
      }
      statement.setLong(5, all.newest());
      statement.execute();
    }
  }

  private void commit() throws IOException {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw new IOException(
          "the database did not say whether the log is there: move it again; if it has entries"
              + " already, all of them are there",
          e);
    }
  }

  /** Ends the connection: what is not finished is undone. */
  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw JdbcLogPlace.failure(e);
    }
  }
}
