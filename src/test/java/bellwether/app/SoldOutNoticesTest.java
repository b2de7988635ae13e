package bellwether.app;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.Tables;
import bellwether.notification.JdbcNotificationRepository;
import bellwether.notification.NewNotification;
import bellwether.notification.Severity;
import bellwether.stock.Stock;
import bellwether.stock.Symbol;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoldOutNoticesTest {
  private static final Instant TIME = Instant.parse("2026-03-01T10:00:00Z");

  private final List<String> added = new ArrayList<>();
  private Instant now = TIME;

  @Test
  void tellsEveryoneForTenMinutes() throws SQLException {
    try (Tables tables = new Tables()) {
      var notifications = new JdbcNotificationRepository(tables.dataSource(), () -> now);
      new SoldOutNotices(notifications, () -> added.add("looked"), () -> now)
          .accept(new Stock(new Symbol("ACME"), "Acme", BigDecimal.ONE, 0, TIME));

      assertThat(contents(notifications))
          .containsExactly(
              new NewNotification(
                  null,
                  "ACME is sold out",
                  "Acme will be restocked shortly.",
                  Severity.WARNING,
                  "stocks.html",
                  TIME.plusSeconds(600)));
      assertThat(added).containsExactly("looked");
      now = TIME.plusSeconds(600);
      assertThat(contents(notifications)).isEmpty();
    }
  }

  private static List<NewNotification> contents(JdbcNotificationRepository notifications) {
    return notifications.list(null, null, 10).items().stream()
        .map(item -> item.notification().content())
        .toList();
  }
}
