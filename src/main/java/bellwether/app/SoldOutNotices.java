package bellwether.app;

import bellwether.notification.NewNotification;
import bellwether.notification.NotificationRepository;
import bellwether.notification.Severity;
import bellwether.stock.Stock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Notifies everyone of each stock of the demo that is sold out. Each notice expires, because it is
 * soon outdated, and because in a demo that runs for days the notices would bury everything else.
 */
final class SoldOutNotices implements Consumer<Stock> {
  private static final Duration LIFE = Duration.ofMinutes(10);

  private final NotificationRepository notifications;
  private final Runnable added;
  private final InstantSource clock;

  /**
   * @param added called after each notice
   */
  SoldOutNotices(NotificationRepository notifications, Runnable added, InstantSource clock) {
    this.notifications = notifications;
    this.added = added;
    this.clock = clock;
  }

  @Override
  public void accept(Stock stock) {
    notifications.add(
        new NewNotification(
            null,
            stock.symbol() + " is sold out",
            stock.name() + " will be restocked shortly.",
            Severity.WARNING,
            "stocks.html",
            clock.instant().plus(LIFE)));
    added.run();
  }
}
