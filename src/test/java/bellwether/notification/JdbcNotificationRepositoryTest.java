package bellwether.notification;

import bellwether.fixtures.Tables;

/** On H2. */
class JdbcNotificationRepositoryTest extends NotificationRepositoryContract {
  JdbcNotificationRepositoryTest() {
    super(new Tables());
  }
}
