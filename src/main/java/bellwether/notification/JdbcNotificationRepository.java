package bellwether.notification;

import bellwether.table.JdbcTable;
import bellwether.table.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Keeps notifications in a table, with SQL for both H2 and PostgreSQL. */
public final class JdbcNotificationRepository implements NotificationRepository {
  private static final String INSERT =
      "INSERT INTO notification (recipient, title, body, severity, link, expires_at, created_at,"
          + " idempotency_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
  private static final String COLUMNS =
      "id, recipient, title, body, severity, link, expires_at, created_at";
  private static final String LIVE = "(expires_at IS NULL OR expires_at > ?)";
  // By ids, not by times: clocks may be set back, and times can be equal.
  private static final String LIST =
      "SELECT "
          + COLUMNS
          + ", EXISTS (SELECT 1 FROM notification_read"
          + " WHERE notification_id = id AND user_name = ?) AS is_read"
          + " FROM notification WHERE (recipient IS NULL OR recipient = ?) AND "
          + LIVE
          + " AND id < ? ORDER BY id DESC LIMIT ?";
  private static final String OF_KEY =
      "SELECT " + COLUMNS + " FROM notification WHERE idempotency_key = ?";
  private static final String UNPUBLISHED =
      "SELECT "
          + COLUMNS
          + " FROM notification WHERE published_at IS NULL AND "
          + LIVE
          + " ORDER BY id LIMIT ?";
  private static final String MARK =
      "UPDATE notification SET published_at = CURRENT_TIMESTAMP WHERE id = ?";
  private static final String PRUNE =
      "DELETE FROM notification WHERE id IN (SELECT id FROM notification WHERE expires_at <= ?"
          + " OR (published_at IS NOT NULL AND id <="
          + " (SELECT id FROM notification ORDER BY id DESC LIMIT 1 OFFSET ?))"
          + " ORDER BY id LIMIT ?)";

  private final JdbcTable table;
  private final InstantSource clock;
  private final @Nullable String holder;

  /** Creates a repository for a database that no other server works on. */
  public JdbcNotificationRepository(DataSource dataSource, InstantSource clock) {
    this(dataSource, clock, null);
  }

  /**
   * Creates a repository. The connections of {@code dataSource} must be in auto-commit mode, as
   * they are by default.
   *
   * @param holder the lease holder that this server must be to mark rows as published; null if no
   *     lease is needed
   */
  public JdbcNotificationRepository(
      DataSource dataSource, InstantSource clock, @Nullable String holder) {
    this.holder = holder;
    this.table = new JdbcTable(dataSource, "the notification table");
    this.clock = clock;
  }

  /**
   * Adds the notification. If two requests with the same key come at once, the database decides
   * which one is kept.
   */
  @Override
  public Notification add(NewNotification content, @Nullable String key) {
    Instant createdAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
    while (true) { // repeats only if the notification with this key has been pruned meanwhile
      Optional<Notification> known =
          table.once(connection -> insert(connection, content, key, createdAt));
      if (known.isEmpty() && key != null) {
        known = find(key);
      }
      if (known.isPresent()) {
        return known.get();
      }
    }
  }

  @Override
  public Optional<Notification> find(String key) {
    return table
        .query(
            OF_KEY,
            statement -> statement.setString(1, key),
            JdbcNotificationRepository::notification)
        .stream()
        .findFirst();
  }

  /** Inserts the notification; returns empty if the key is there already. */
  private static Optional<Notification> insert(
      Connection connection, NewNotification content, @Nullable String key, Instant createdAt)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT, new String[] {"id"})) {
      statement.setString(1, content.user());
      statement.setString(2, content.title());
      statement.setString(3, content.body());
      statement.setString(4, content.severity().word());
      statement.setString(5, content.link());
      statement.setObject(6, JdbcTable.time(content.expiresAt()));
      statement.setObject(7, JdbcTable.time(createdAt));
      statement.setString(8, key);
      statement.executeUpdate();
      return Optional.of(new Notification(generatedId(statement), content, createdAt));
    } catch (SQLException e) {
      if (key != null && JdbcTable.isUniqueViolation(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public NotificationPage list(@Nullable String user, @Nullable Long before, int limit) {
    List<NotificationPage.Item> items = new ArrayList<>();
    List<Row<Long, NotificationPage.Item>> rows =
        rows(user, before == null ? Long.MAX_VALUE : before, limit + 1);
    rows.forEach(row -> row.content().ifPresent(items::add));
    while (items.size() <= limit
        && rows.size() > limit) { // some are broken: others take their place
      rows = rows(user, rows.get(limit).key(), limit + 1);
      rows.forEach(row -> row.content().ifPresent(items::add));
    }
    if (items.size() <= limit) {
      return new NotificationPage(items, null);
    }
    List<NotificationPage.Item> page = items.subList(0, limit);
    return new NotificationPage(page, page.get(limit - 1).notification().id());
  }

  @Override
  public List<Row<Long, Notification>> unpublishedRows(int limit) {
    return table.query(
        UNPUBLISHED,
        statement -> {
          statement.setObject(1, now());
          statement.setInt(2, limit);
        },
        row -> JdbcTable.row(row.getLong("id"), row, JdbcNotificationRepository::notification));
  }

  @Override
  public void markPublished(List<Long> ids) {
    if (holder == null) {
      table.updateEach(MARK, ids);
    } else {
      table.updateEach(MARK, ids, holder);
    }
  }

  @Override
  public int prune(int kept, int limit) {
    return table.together( // repeated if a notification is marked as read while it is deleted
        connection ->
            JdbcTable.update(
                connection,
                PRUNE,
                statement -> {
                  statement.setObject(1, now());
                  statement.setInt(2, kept);
                  statement.setInt(3, limit);
                }));
  }

  private @Nullable OffsetDateTime now() {
    return JdbcTable.time(clock.instant());
  }

  private static long generatedId(PreparedStatement statement) throws SQLException {
    try (ResultSet keys = statement.getGeneratedKeys()) {
      if (!keys.next()) {
        throw new SQLException("the database gave no id");
      }
      return keys.getLong(1);
    }
  }

  private List<Row<Long, NotificationPage.Item>> rows(
      @Nullable String user, long below, int limit) {
    return table.query(
        LIST,
        statement -> {
          statement.setString(1, user); // null equals nothing: those for everyone
          statement.setString(2, user);
          statement.setObject(3, now());
          statement.setLong(4, below);
          statement.setInt(5, limit);
        },
        row -> JdbcTable.row(row.getLong("id"), row, r -> item(r, user != null)));
  }

  private static NotificationPage.Item item(ResultSet row, boolean isForUser) throws SQLException {
    return new NotificationPage.Item(
        notification(row), isForUser ? row.getBoolean("is_read") : null);
  }

  private static Notification notification(ResultSet row) throws SQLException {
    NewNotification content =
        new NewNotification(
            row.getString("recipient"),
            row.getString("title"),
            row.getString("body"),
            Severity.of(row.getString("severity")),
            row.getString("link"),
            JdbcTable.instant(row, "expires_at"));
    return new Notification(
        row.getLong("id"), content, JdbcTable.requiredInstant(row, "created_at"));
  }
}
