package bellwether.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.fixtures.Tables;
import bellwether.hub.SourceUnavailableException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JdbcNotificationRepositoryTest {
  private static final Instant TIME = Instant.parse("2026-11-21T05:24:00.123456789Z");

  private final Tables tables = new Tables();
  private final NotificationRepository repository =
      new JdbcNotificationRepository(tables.dataSource(), () -> TIME);

  @AfterEach
  void closeTables() throws SQLException {
    tables.close();
  }

  @Test
  void readsBackWhatWasAdded() {
    Notification everyone = add(null, "for everyone é \ud83d\udc11");
    Notification ada = repository.add(new NewNotification("ada", "t", "x\r\n".repeat(1300)));

    assertThat(everyone.createdAt()).isEqualTo("2026-11-21T05:24:00.123456Z");
    assertThat(ada.id()).isGreaterThan(everyone.id());
    assertThat(repository.list("ada", 10)).containsExactly(ada, everyone);
  }

  @Test
  void listsWhatIsForEveryoneAndForTheUserNewestFirst() {
    Notification first = add(null, "1");
    Notification ada = add("ada", "2");
    Notification bob = add("bob", "3");
    Notification last = add(null, "4");

    assertThat(repository.list(null, 10)).containsExactly(last, first);
    assertThat(repository.list("ada", 10)).containsExactly(last, ada, first);
    assertThat(repository.list("bob", 2)).containsExactly(last, bob);
    assertThat(repository.list("eve", 10)).containsExactly(last, first);
  }

  @Test
  void knowsWhatIsYetToBePublished() {
    Notification first = add(null, "1");
    Notification second = add("ada", "2");
    Notification third = add(null, "3");
    assertThat(repository.unpublished(2)).containsExactly(first, second);

    repository.markPublished(List.of(first.id(), third.id()));
    assertThat(repository.unpublished(10)).containsExactly(second);

    repository.markPublished(List.of());
    repository.markPublished(List.of(second.id()));
    assertThat(repository.unpublished(10)).isEmpty();
  }

  @Test
  void saysThatTheDatabaseIsAwayAndWhy() {
    tables.goAway("Connection refused");

    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(() -> repository.list(null, 1))
        .withMessage("the notification table is out of reach: Connection refused");
  }

  @Test
  void namesTheRowThatSomebodyElseWroteWrong() throws SQLException {
    tables.execute(
        "INSERT INTO notification (id, title, body, created_at)"
            + " VALUES (7, ' ', '', CURRENT_TIMESTAMP)");

    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(() -> repository.list(null, 1))
        .withMessageContaining("row 7 is no notification of ours: title is empty");
  }

  private Notification add(@Nullable String user, String title) {
    return repository.add(new NewNotification(user, title, "b"));
  }
}
