package bellwether.eventlog.postgres;

import bellwether.eventlog.Epochs;
import bellwether.eventlog.EventId;
import bellwether.eventlog.shared.SharedStore;
import bellwether.eventlog.shared.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The store of a shared log in a schema of PostgreSQL, version 14 or later. What the server calls
 * committed is safe; so {@code synchronous_commit} and standbys decide what that means.
 */
public final class JdbcSharedStore implements SharedStore {
  /*
   * All appends go through the function append_v1, and wait for each other there. Each is one round
   * trip and one transaction. Reads take no lock.
   *
   * Nothing is set for a whole session, and no session is left in a state: a proxy may give each
   * transaction another one. Only the listener needs a session, and does without if it must.
   */
  private static final Duration RETRY = Duration.ofSeconds(5); // to connect, for the listener
  private static final int PARTS = 8; // the least number of partitions of a full log
  private static final int FIRST_PART = 4096; // entries, as long as their size is not known

  private final Sources sources;
  private final String schema;
  private final long entriesOfPart;
  private volatile long partSize; // of those that are made next
  private final RandomGenerator random;
  private final JdbcMarks marks = new JdbcMarks();
  private final JdbcLogEntries entries;
  private final JdbcLogNews news;
  private final JdbcLogCleaner cleaner;

  // Statements.
  private final String open;
  private final String append;
  private final String raiseFence;
  private final String giveUp;
  private final String mark;
  private final String states;
  private final String trim;

  /**
   * Where connections come from. They must be in auto-commit mode, as they are by default.
   *
   * @param appends for appends, one at a time
   * @param tail for reads of what is new, one at a time
   * @param reads for other reads
   * @param upkeep for what may take longer, or may wait
   * @param unpooled for connections that are kept, which in a pool would grow too old, and for
   *     making the tables
   */
  public record Sources(
      DataSource appends,
      DataSource tail,
      DataSource reads,
      DataSource upkeep,
      DataSource unpooled) {}

  /**
   * @param schema a schema of the log's own, made if it is missing: up to 40 small letters, digits
   *     and underscores
   * @param entriesOfPart the most entries of a partition, which are dropped whole; fewer if the
   *     entries are large
   * @param random for the names of epochs
   * @throws IllegalArgumentException if the schema cannot have this name
   */
  public JdbcSharedStore(
      Sources sources, String schema, long entriesOfPart, RandomGenerator random) {
    this(sources, schema, entriesOfPart, random, RETRY);
  }

  JdbcSharedStore(
      Sources sources, String schema, long entriesOfPart, RandomGenerator random, Duration retry) {
    this.sources = sources;
    this.schema = JdbcLogTables.requireSchema(schema);
    this.entriesOfPart = entriesOfPart;
    this.partSize = Math.min(entriesOfPart, FIRST_PART);
    this.random = random;
    this.entries = new JdbcLogEntries(schema, marks);
    this.news = new JdbcLogNews(sources.upkeep(), sources.unpooled(), schema, retry);
    this.cleaner = new JdbcLogCleaner(sources.unpooled(), schema);
    open = "SELECT %s.require_primary_v1(), %s.open_v1(?)".formatted(schema, schema);
    append = "SELECT " + schema + ".append_v1(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    raiseFence = "SELECT " + schema + ".raise_fence_v1()";
    giveUp = "SELECT " + schema + ".give_up_v1(?)";
    mark = JdbcMarks.sql(schema);
    states = "SELECT position, body FROM " + schema + ".retained ORDER BY position";
    // Of two clocks the earlier: a node whose clock is ahead must not drop what others keep.
    trim =
        "SELECT "
            + schema
            + ".trim_v1(?, ?, ?, ?, ?,"
            + " least(?, (extract(epoch FROM clock_timestamp()) * 1000000)::BIGINT), ?); "
            + mark;
  }

  @Override
  public Snapshot open() throws StoreException {
    try {
      JdbcLogTables.migrate(sources.unpooled(), schema);
      Snapshot snapshot = JdbcLogEntries.on(sources.upkeep(), this::opened);
      news.start();
      cleaner.start();
      return snapshot;
    } catch (SQLException e) {
      throw JdbcFailures.harmless(e);
    }
  }

  private Snapshot opened(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(open)) {
      statement.setString(1, EventId.newEpoch(random));
      statement.execute();
    }
    return snapshot(connection);
  }

  private Snapshot snapshot(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try {
      try (PreparedStatement statement =
          // Not by the connection, which would set it for the session.
          connection.prepareStatement("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")) {
        statement.execute();
      }
      Mark now;
      try (PreparedStatement statement = connection.prepareStatement(mark)) {
        statement.setString(1, null);
        try (ResultSet rows = statement.executeQuery()) {
          now = marks.read(rows, new Epochs(List.of()));
        }
      }
      try (PreparedStatement statement = connection.prepareStatement(states);
          ResultSet rows = statement.executeQuery()) {
        return new Snapshot(now, JdbcLogEntries.stored(rows));
      }
    } finally {
      connection.rollback(); // nothing was written
      connection.setAutoCommit(true);
    }
  }

  @Override
  public Chunk read(long after, long upTo, int limit, long bytes) throws StoreException {
    return entries.read(sources.reads(), after, upTo, limit, bytes);
  }

  @Override
  public Chunk next(long after, int limit, long bytes) throws StoreException {
    return entries.read(sources.tail(), after, Long.MAX_VALUE, limit, bytes);
  }

  @Override
  public List<Stored> withId(String id, long before, int limit, long bytes) throws StoreException {
    return entries.withId(sources.reads(), id, before, limit, bytes);
  }

  @Override
  public OptionalLong lastBefore(Instant time, Instant now) throws StoreException {
    return entries.lastBefore(sources.reads(), time, now);
  }

  @Override
  public long raiseFence() throws StoreException {
    try {
      return JdbcLogEntries.on(
          sources.upkeep(),
          connection -> {
            try (PreparedStatement statement = connection.prepareStatement(raiseFence);
                ResultSet rows = statement.executeQuery()) {
              rows.next();
              return rows.getLong(1);
            }
          });
    } catch (SQLException e) {
      throw JdbcFailures.harmless(e);
    }
  }

  @Override
  public List<Long> append(UUID batch, List<Draft> drafts, @Nullable Long fence)
      throws StoreException {
    JdbcDrafts sent = new JdbcDrafts(drafts);
    AtomicBoolean isSent = new AtomicBoolean();
    try {
      return JdbcLogEntries.on(
          sources.appends(),
          connection -> {
            try (PreparedStatement statement = connection.prepareStatement(append)) {
              statement.setObject(1, batch);
              statement.setString(2, EventId.newEpoch(random));
              statement.setLong(3, partSize);
              statement.setObject(4, fence, Types.BIGINT);
              sent.bind(statement, 5);
              isSent.set(true);
              Long[] positions = positions(statement);
              news.tell();
              if (positions == null) {
                throw new SQLException("an append without an answer");
              }
              return sent.positions(positions);
            }
          });
    } catch (SQLException e) {
      throw isSent.get() ? JdbcFailures.ofChange(e) : JdbcFailures.harmless(e);
    }
  }

  @Override
  public Optional<List<Long>> giveUp(UUID batch, List<Draft> drafts) throws StoreException {
    try {
      return JdbcLogEntries.on(
          sources.appends(),
          connection -> {
            try (PreparedStatement statement = connection.prepareStatement(giveUp)) {
              statement.setObject(1, batch);
              Long[] positions = positions(statement);
              return Optional.ofNullable(positions).map(new JdbcDrafts(drafts)::positions);
            }
          });
    } catch (SQLException e) {
      throw JdbcFailures.ofChange(e); // also if it was not sent: the append may have happened
    }
  }

  @Override
  public Mark trim(Keep keep, int coming, long comingBytes, Instant now) throws StoreException {
    try {
      return JdbcLogEntries.on(
          sources.upkeep(), connection -> trimmed(connection, keep, coming, comingBytes, now));
    } catch (SQLException e) {
      throw JdbcFailures.harmless(e);
    }
  }

  private Mark trimmed(Connection connection, Keep keep, int coming, long comingBytes, Instant now)
      throws SQLException {
    Epochs known = marks.known();
    try (PreparedStatement statement = connection.prepareStatement(trim)) {
      statement.setLong(1, keep.entries());
      statement.setLong(2, keep.bytes());
      statement.setLong(3, micros(keep.age()));
      statement.setInt(4, coming);
      statement.setLong(5, comingBytes);
      statement.setLong(6, JdbcLogEntries.micros(now));
      statement.setLong(7, partSize);
      statement.setString(8, JdbcMarks.newest(known));
      statement.execute();
      try (ResultSet rows = statement.getResultSet()) {
        if (rows.next() && rows.getBoolean(1)) {
          cleaner.ask();
        }
      }
      try (ResultSet rows = JdbcLogEntries.next(statement)) {
        Mark mark = marks.read(rows, known);
        partSize = partSize(keep, mark);
        return mark;
      }
    }
  }

  /**
   * Returns how many entries the next partitions should have: so few that a full log has several,
   * by number and by bytes.
   */
  private long partSize(Keep keep, Mark now) {
    if (now.entries() == 0) {
      return Math.min(entriesOfPart, FIRST_PART);
    }
    long average = Math.max(1, now.bytes() / now.entries());
    return Math.max(1, Math.min(entriesOfPart, keep.bytes() / PARTS / average));
  }

  @Override
  public void listen(Runnable onNews) {
    news.listen(onNews);
  }

  /** Ends the threads; the sources of connections stay open. */
  @Override
  public void close() {
    news.close();
    cleaner.close();
  }

  private static Long @Nullable [] positions(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      java.sql.Array positions = rows.next() ? rows.getArray(1) : null;
      return positions == null ? null : (Long[]) positions.getArray();
    }
  }

  private static long micros(Duration duration) {
    try {
      return Math.multiplyExact(duration.toMillis(), 1000L);
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }
}
