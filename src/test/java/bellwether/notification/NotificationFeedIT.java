package bellwether.notification;

import bellwether.fixtures.Tables;
import org.junit.jupiter.api.Tag;

/** On PostgreSQL. */
@Tag("soak")
class NotificationFeedIT extends NotificationFeedContract {
  NotificationFeedIT() {
    super(Tables.onPostgres());
  }
}
