package bellwether.notification;

import bellwether.hub.SourceUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Notifications in a table, by SQL that H2 and PostgreSQL understand alike. */
public final class JdbcNotificationRepository implements NotificationRepository {
  private static final String INSERT =
      "INSERT INTO notification (recipient, title, body, created_at) VALUES (?, ?, ?, ?)";
  private static final String SELECT =
      "SELECT id, recipient, title, body, created_at FROM notification ";
  // The ids, not the times: clocks of several servers differ, and times can be equal.
  private static final String LIST =
      SELECT + "WHERE recipient IS NULL OR recipient = ? ORDER BY id DESC LIMIT ?";
  private static final String UNPUBLISHED =
      SELECT + "WHERE published_at IS NULL ORDER BY id LIMIT ?";
  private static final String MARK =
      "UPDATE notification SET published_at = CURRENT_TIMESTAMP WHERE id = ?";

  private final DataSource dataSource;
  private final InstantSource clock;

  /** The connections of {@code dataSource} must be in auto-commit mode, as they are by default. */
  public JdbcNotificationRepository(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    this.clock = clock;
  }

  @Override
  public Notification add(NewNotification notification) {
    Instant createdAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return with(
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(INSERT, new String[] {"id"})) {
            statement.setString(1, notification.user());
            statement.setString(2, notification.title());
            statement.setString(3, notification.body());
            statement.setObject(4, createdAt.atOffset(ZoneOffset.UTC));
            statement.executeUpdate();
            return new Notification(
                generatedId(statement),
                notification.user(),
                notification.title(),
                notification.body(),
                createdAt);
          }
        });
  }

  @Override
  public List<Notification> list(@Nullable String user, int limit) {
    return query(
        LIST,
        statement -> {
          statement.setString(1, user); // null equals nothing, so it finds what is for everyone
          statement.setInt(2, limit);
        });
  }

  @Override
  public List<Notification> unpublished(int limit) {
    return query(UNPUBLISHED, statement -> statement.setInt(1, limit));
  }

  @Override
  public void markPublished(List<Long> ids) {
    with(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(MARK)) {
            for (long id : ids) {
              statement.setLong(1, id);
              statement.addBatch();
            }
            return statement.executeBatch();
          }
        });
  }

  private static long generatedId(PreparedStatement statement) throws SQLException {
    try (ResultSet keys = statement.getGeneratedKeys()) {
      if (!keys.next()) {
        throw new SQLException("the database gave no id");
      }
      return keys.getLong(1);
    }
  }

  private static Notification notification(ResultSet row) throws SQLException {
    long id = row.getLong("id");
    try {
      return new Notification(
          id,
          row.getString("recipient"),
          row.getString("title"),
          row.getString("body"),
          row.getObject("created_at", OffsetDateTime.class).toInstant());
    } catch (IllegalArgumentException e) { // written by somebody else, past our checks
      throw new SQLException("row " + id + " is no notification of ours: " + e.getMessage());
    }
  }

  private List<Notification> query(String sql, Binding binding) {
    return with(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            binding.bind(statement);
            List<Notification> notifications = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
              while (rows.next()) {
                notifications.add(notification(rows));
              }
            }
            return notifications;
          }
        });
  }

  private <T> T with(Work<T> work) {
    try (Connection connection = dataSource.getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw new SourceUnavailableException("the notification table", e);
    }
  }

  private interface Binding {
    void bind(PreparedStatement statement) throws SQLException;
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }
}
