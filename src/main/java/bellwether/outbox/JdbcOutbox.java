package bellwether.outbox;

import bellwether.eventlog.Publication;
import bellwether.feed.Outbox;
import bellwether.hub.ControlFrame;
import bellwether.table.JdbcTable;
import bellwether.table.Row;
import bellwether.topic.Topic;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The table into which {@code bellwether.publish} writes, in a schema of its own. That is made when
 * it is first needed; until the server may make it, there is nothing to publish.
 */
public final class JdbcOutbox implements Outbox<Publication> {
  private static final int MAX_BYTES =
      4 << 20; // of the data in one batch; its first row may exceed it
  private static final String ROWS =
      "SELECT id, topic, data, type, is_private, key, at FROM (SELECT *,"
          + " sum(octet_length(data)) OVER (ORDER BY id) - octet_length(data) AS before"
          + " FROM (SELECT * FROM bellwether.outbox ORDER BY id LIMIT ?) oldest) sized"
          + " WHERE before < "
          + MAX_BYTES
          + " ORDER BY id";
  private static final String DELETE = "DELETE FROM bellwether.outbox WHERE id = ?";

  private final JdbcTable table;
  private final JdbcOutboxTables tables;
  private final Predicate<Topic> isServers;
  private final String holder;

  /**
   * Creates an outbox. The connections of {@code dataSource} must be in auto-commit mode, as they
   * are by default.
   *
   * @param isServers which topics only the server itself publishes to
   * @param holder the lease holder that this server must be to delete rows
   */
  public JdbcOutbox(DataSource dataSource, Predicate<Topic> isServers, String holder) {
    this.table = new JdbcTable(dataSource, "the table of the outbox");
    this.tables = new JdbcOutboxTables(dataSource);
    this.isServers = isServers;
    this.holder = holder;
  }

  @Override
  public List<Row<Long, Publication>> unpublishedRows(int limit) {
    return table.once(connection -> tables.areThere(connection))
        ? table.query(
            ROWS,
            statement -> statement.setInt(1, limit),
            row -> JdbcTable.row(row.getLong("id"), row, this::publication))
        : List.of();
  }

  /** Deletes rows: what has been published is not needed any more. */
  @Override
  public void markPublished(List<Long> ids) {
    table.updateEach(DELETE, ids, holder);
  }

  private Publication publication(ResultSet row) throws SQLException {
    Topic topic = new Topic(row.getString("topic"));
    if (isServers.test(topic)) {
      throw new IllegalArgumentException("only the server publishes to this topic");
    }
    String type = row.getString("type");
    if (type != null
        && (ControlFrame.RESERVED_TYPES.contains(type)
            || type.equals(ControlFrame.SUBSCRIPTION_TYPE))) {
      throw new IllegalArgumentException("this type is reserved for the server");
    }
    return new Publication(
        List.of(topic),
        row.getBoolean("is_private"),
        null,
        type,
        null,
        row.getString("data"),
        key(row.getString("key"), row.getLong("id"), JdbcTable.requiredInstant(row, "at")));
  }

  /** Returns the row's own key, or one that no other row has, even in a table that is made anew. */
  private static String key(@Nullable String own, long id, Instant at) {
    return own != null ? own : "outbox:" + id + ':' + ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }
}
