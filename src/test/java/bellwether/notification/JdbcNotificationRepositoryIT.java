package bellwether.notification;

import bellwether.fixtures.Tables;

/** On PostgreSQL. */
class JdbcNotificationRepositoryIT extends NotificationRepositoryContract {
  JdbcNotificationRepositoryIT() {
    super(Tables.onPostgres());
  }
}
