package bellwether.notification;

import bellwether.fixtures.Tables;

/** On H2. */
class NotificationFeedTest extends NotificationFeedContract {
  NotificationFeedTest() {
    super(new Tables());
  }
}
