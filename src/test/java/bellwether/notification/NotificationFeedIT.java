package bellwether.notification;

import bellwether.fixtures.Tables;

/** On PostgreSQL. */
class NotificationFeedIT extends NotificationFeedContract {
  NotificationFeedIT() {
    super(Tables.onPostgres());
  }
}
