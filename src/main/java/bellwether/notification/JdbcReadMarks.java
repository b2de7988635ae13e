package bellwether.notification;

import bellwether.table.JdbcTable;
import bellwether.table.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Keeps read marks in a table, with SQL for both H2 and PostgreSQL. */
public final class JdbcReadMarks implements ReadMarks {
  // Parameters of both: the user, now.
  private static final String USERS =
      "(recipient IS NULL OR recipient = ?) AND (expires_at IS NULL OR expires_at > ?)";
  private static final String UNREAD =
      USERS
          + " AND NOT EXISTS (SELECT 1 FROM notification_read"
          + " WHERE notification_id = id AND user_name = ?)"; // the user once more

  private static final String NEWEST_UP_TO =
      "SELECT MAX(id) FROM notification WHERE " + USERS + " AND id <= ?";
  private static final String COUNT = "SELECT COUNT(*) FROM notification WHERE " + UNREAD;
  private static final String PUBLISHED = " AND published_at IS NOT NULL";
  private static final String MARK =
      "INSERT INTO notification_read (user_name, notification_id)"
          + " SELECT CAST(? AS VARCHAR(510)), id FROM notification WHERE "
          + UNREAD;
  private static final String THIS = " AND id = ?";
  private static final String UP_TO = " AND id <= ? ORDER BY id"; // ordered, to avoid deadlocks
  private static final String ANNOUNCE =
      "INSERT INTO notification_read_event (user_name, notification_id, is_up_to, created_at)"
          + " VALUES (?, ?, ?, ?)";
  private static final String UNPUBLISHED =
      "SELECT id, user_name, notification_id, is_up_to, created_at FROM notification_read_event"
          + " ORDER BY id LIMIT ?";
  private static final String DONE = "DELETE FROM notification_read_event WHERE id = ?";

  private final JdbcTable table;
  private final InstantSource clock;
  private final @Nullable String holder;

  /** Creates read marks for a database that no other server works on. */
  public JdbcReadMarks(DataSource dataSource, InstantSource clock) {
    this(dataSource, clock, null);
  }

  /**
   * Creates read marks. The connections of {@code dataSource} must be in auto-commit mode, as they
   * are by default.
   *
   * @param holder the lease holder that this server must be to mark rows as published; null if no
   *     lease is needed
   */
  public JdbcReadMarks(DataSource dataSource, InstantSource clock, @Nullable String holder) {
    this.holder = holder;
    this.table = new JdbcTable(dataSource, "the notification table");
    this.clock = clock;
  }

  @Override
  public boolean mark(String user, long notificationId) {
    return table.together(
        connection -> {
          if (newestUpTo(connection, user, notificationId) != notificationId) {
            return false;
          }
          markAndAnnounce(connection, user, notificationId, false);
          return true;
        });
  }

  @Override
  public void markUpTo(String user, long notificationId) {
    table.together(
        connection -> {
          // Not the requested id: that may be above the newest one, among ids yet to be given.
          long newest = newestUpTo(connection, user, notificationId);
          return markAndAnnounce(connection, user, newest, true);
        });
  }

  @Override
  public long unread(String user) {
    return count(user, COUNT);
  }

  @Override
  public long unreadOfPublished(String user) {
    return count(user, COUNT + PUBLISHED);
  }

  @Override
  public List<Row<Long, ReadEvent>> unpublishedRows(int limit) {
    return table.query(UNPUBLISHED, statement -> statement.setInt(1, limit), JdbcReadMarks::event);
  }

  @Override
  public void markPublished(List<Long> ids) {
    if (holder == null) {
      table.updateEach(DONE, ids);
    } else {
      table.updateEach(DONE, ids, holder);
    }
  }

  /**
   * Returns the newest id of the user's notifications that is not above this one; 0 if there is
   * none.
   */
  private long newestUpTo(Connection connection, String user, long id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(NEWEST_UP_TO)) {
      statement.setString(1, user);
      statement.setObject(2, now());
      statement.setLong(3, id);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1); // 0 for null
      }
    }
  }

  /**
   * Marks the notifications and adds the event. Returns whether any of them was unmarked before.
   */
  private boolean markAndAnnounce(Connection connection, String user, long id, boolean isUpTo)
      throws SQLException {
    int marked =
        JdbcTable.update(
            connection,
            MARK + (isUpTo ? UP_TO : THIS),
            statement -> {
              statement.setString(1, user);
              statement.setString(2, user);
              statement.setObject(3, now());
              statement.setString(4, user);
              statement.setLong(5, id);
            });
    if (marked == 0) {
      return false;
    }
    JdbcTable.update(
        connection,
        ANNOUNCE,
        statement -> {
          statement.setString(1, user);
          statement.setLong(2, id);
          statement.setBoolean(3, isUpTo);
          statement.setObject(4, now());
        });
    return true;
  }

  private long count(String user, String sql) {
    return table
        .query(
            sql,
            statement -> {
              statement.setString(1, user);
              statement.setObject(2, now());
              statement.setString(3, user);
            },
            row -> row.getLong(1))
        .get(0);
  }

  private @Nullable OffsetDateTime now() {
    return JdbcTable.time(clock.instant());
  }

  private static Row<Long, ReadEvent> event(ResultSet row) throws SQLException {
    long id = row.getLong("id");
    return JdbcTable.row(
        id,
        row,
        r ->
            new ReadEvent(
                id,
                r.getString("user_name"),
                r.getLong("notification_id"),
                r.getBoolean("is_up_to"),
                JdbcTable.requiredInstant(r, "created_at")));
  }
}
