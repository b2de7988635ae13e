package bellwether.eventlog.postgres;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.Publication;
import bellwether.eventlog.StateKey;
import bellwether.eventlog.shared.SharedStore.Stored;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows for the tables of a log, written together as far as memory allows. One thread. */
final class JdbcRows {
  private static final int MAX = 1000; // rows
  private static final long MAX_BYTES = 4L << 20; // of records, except for a larger one

  private final Connection connection;
  private final List<Row> entries = new ArrayList<>();
  private final List<Name> names = new ArrayList<>();
  private final List<Row> states = new ArrayList<>();
  private long bytes; // of the records that wait
  private long total; // of all entries
  private long latest = Long.MIN_VALUE; // time of an entry

  private record Row(Stored stored, long at, long total, @Nullable StateKey state) {
    long position() {
      return stored.position();
    }

    byte[] body() {
      return stored.record();
    }

    boolean isState() {
      return state != null;
    }
  }

  private record Name(UUID name, long position, @Nullable StateKey state) {}

  JdbcRows(Connection connection) {
    this.connection = connection;
  }

  void addEntry(EntryRecord entry) throws SQLException {
    byte[] body = body(entry);
    latest = micros(entry.time());
    StateKey state = entry.isRetained() ? StateKey.of(entry.publication()) : null;
    add(new Row(new Stored(entry.position(), body), latest, total + body.length, state));
  }

  /** Adds an entry that cannot be read, at the time of the one before it. */
  void addMissing(long position) throws SQLException {
    long at = latest == Long.MIN_VALUE ? 0 : latest;
    add(new Row(new Stored(position, new byte[0]), at, total, null));
  }

  private void add(Row row) throws SQLException {
    entries.add(row);
    total = row.total();
    bytes += row.body().length;
    if (entries.size() >= MAX || bytes >= MAX_BYTES) {
      writeEntries();
    }
  }

  void addNames(EntryRecord entry) throws SQLException {
    Publication publication = entry.publication();
    StateKey state = entry.isRetained() ? StateKey.of(publication) : null;
    String key = publication.idempotencyKey();
    if (key != null) {
      names.add(new Name(JdbcDrafts.key(key), entry.position(), state));
    }
    String id = publication.id();
    if (id != null) {
      names.add(new Name(JdbcDrafts.id(id), entry.position(), state));
    }
    if (names.size() >= MAX) {
      writeNames();
    }
  }

  void addState(EntryRecord entry) throws SQLException {
    byte[] body = body(entry);
    StateKey state = StateKey.of(entry.publication());
    states.add(new Row(new Stored(entry.position(), body), 0, 0, state));
    bytes += body.length;
    if (states.size() >= MAX || bytes >= MAX_BYTES) {
      finishStates();
    }
  }

  /** Writes all entries and names that wait. */
  void finish() throws SQLException {
    writeEntries();
    writeNames();
  }

  private void writeEntries() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO entry (position, at, total, is_state, body)"
                + " SELECT * FROM unnest(?, ?, ?, ?, ?)")) {
      bind(statement, 1, "int8", entries.stream().map(Row::position).toArray(Long[]::new));
      bind(statement, 2, "int8", entries.stream().map(Row::at).toArray(Long[]::new));
      bind(statement, 3, "int8", entries.stream().map(Row::total).toArray(Long[]::new));
      bind(statement, 4, "bool", entries.stream().map(Row::isState).toArray(Boolean[]::new));
      bind(statement, 5, "bytea", entries.stream().map(Row::body).toArray(byte[][]::new));
      statement.execute();
    }
    entries.clear();
    bytes = 0;
  }

  private void writeNames() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO name (name, position, topic, audience)"
                + " SELECT * FROM unnest(?, ?, ?, ?)")) {
      bind(statement, 1, "uuid", names.stream().map(Name::name).toArray(UUID[]::new));
      bind(statement, 2, "int8", names.stream().map(Name::position).toArray(Long[]::new));
      bind(
          statement,
          3,
          "uuid",
          names.stream().map(name -> topic(name.state())).toArray(UUID[]::new));
      bind(
          statement,
          4,
          "uuid",
          names.stream().map(name -> audience(name.state())).toArray(UUID[]::new));
      statement.execute();
    }
    names.clear();
  }

  /** Writes all states that wait. */
  void finishStates() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO retained (topic, audience, position, body)"
                + " SELECT * FROM unnest(?, ?, ?, ?)")) {
      bind(
          statement,
          1,
          "uuid",
          states.stream().map(row -> topic(row.state())).toArray(UUID[]::new));
      bind(
          statement,
          2,
          "uuid",
          states.stream().map(row -> audience(row.state())).toArray(UUID[]::new));
      bind(statement, 3, "int8", states.stream().map(Row::position).toArray(Long[]::new));
      bind(statement, 4, "bytea", states.stream().map(Row::body).toArray(byte[][]::new));
      statement.execute();
    }
    states.clear();
    bytes = 0;
  }

  private static void bind(PreparedStatement statement, int parameter, String type, Object[] values)
      throws SQLException {
    statement.setArray(parameter, statement.getConnection().createArrayOf(type, values));
  }

  private static @Nullable UUID topic(@Nullable StateKey state) {
    return state == null ? null : JdbcDrafts.topic(state);
  }

  private static @Nullable UUID audience(@Nullable StateKey state) {
    return state == null ? null : JdbcDrafts.audience(state);
  }

  private static byte[] body(EntryRecord entry) {
    return new EntryRecord(0, entry.time(), entry.publication(), entry.isRetained(), false)
        .encode();
  }

  /** Returns microseconds since 1970; the last there are for a time after those. */
  static long micros(Instant time) {
    try {
      return EntryRecord.micros(time);
    } catch (ArithmeticException e) {
      return time.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }
}
