package bellwether.notification;

import static bellwether.fixtures.Rows.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.fixtures.Tables;
import bellwether.table.SourceUnavailableException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JdbcReadMarksTest {
  private static final Instant TIME = Instant.parse("2026-11-21T05:24:00Z");

  private Instant now = TIME;
  private final Tables tables = new Tables();
  private final NotificationRepository notifications =
      new JdbcNotificationRepository(tables.dataSource(), () -> now);
  private final ReadMarks readMarks = new JdbcReadMarks(tables.dataSource(), () -> now);

  @AfterEach
  void closeTables() throws SQLException {
    tables.close();
  }

  @Test
  void countsWhatIsForEveryoneAndForTheUser() {
    add(null);
    add("ada");
    add("bob");

    assertThat(readMarks.unread("ada")).isEqualTo(2);
    assertThat(readMarks.unread("eve")).isEqualTo(1);
  }

  @Test
  void marksForOneUserOnly() {
    long everyone = add(null);
    long ada = add("ada");

    assertThat(readMarks.mark("ada", everyone)).isTrue();
    assertThat(readMarks.unread("ada")).isEqualTo(1);
    assertThat(readMarks.unread("bob")).isEqualTo(1);

    assertThat(readMarks.mark("ada", ada)).isTrue();
    assertThat(readMarks.unread("ada")).isZero();
  }

  @Test
  void tellsOfAMarkOnce() {
    long id = add(null);
    assertThat(readMarks.mark("ada", id)).isTrue();
    assertThat(readMarks.mark("ada", id)).isTrue();

    assertThat(whole(readMarks.unpublishedRows(10)))
        .singleElement()
        .isEqualTo(new ReadEvent(eventId(), "ada", id, false, TIME));
  }

  @Test
  void knowsNothingOfWhatTheUserDoesNotHave() {
    long bob = add("bob");
    long brief =
        notifications
            .add(new NewNotification(null, "t", "", Severity.INFO, null, TIME.plusSeconds(1)))
            .id();
    now = TIME.plusSeconds(1);

    assertThat(readMarks.mark("ada", bob)).isFalse();
    assertThat(readMarks.mark("ada", brief)).isFalse();
    assertThat(readMarks.mark("ada", brief + 1)).isFalse();
    assertThat(readMarks.unread("ada")).isZero();
    assertThat(readMarks.unread("bob")).isEqualTo(1);
    assertThat(whole(readMarks.unpublishedRows(10))).isEmpty();
  }

  @Test
  void marksAllUpToOne() {
    add(null);
    long ada = add("ada");
    long bob = add("bob");
    long last = add(null);

    readMarks.markUpTo("ada", bob); // an id of somebody else's is a fine place to stop at

    assertThat(readMarks.unread("ada")).isEqualTo(1);
    assertThat(readMarks.unread("bob")).isEqualTo(3);
    assertThat(readMarks.mark("ada", ada)).isTrue();
    readMarks.markUpTo("ada", Long.MAX_VALUE);
    assertThat(readMarks.unread("ada")).isZero();
    readMarks.markUpTo("ada", last);
    readMarks.markUpTo("eve", 0);
    assertThat(whole(readMarks.unpublishedRows(10)))
        .extracting(ReadEvent::notificationId)
        .containsExactly(ada, last); // the newest that were meant
    assertThat(whole(readMarks.unpublishedRows(10))).allMatch(ReadEvent::isUpTo);
  }

  @Test
  void countsAmongThePublishedApart() {
    long first = add(null);
    add(null);
    notifications.markPublished(List.of(first));

    assertThat(readMarks.unread("ada")).isEqualTo(2);
    assertThat(readMarks.unreadOfPublished("ada")).isEqualTo(1);
  }

  @Test
  void countsNothingThatHasExpired() {
    notifications.add(
        new NewNotification(null, "t", "", Severity.INFO, null, TIME.plusSeconds(60)));
    assertThat(readMarks.unread("ada")).isEqualTo(1);

    now = TIME.plusSeconds(60);

    assertThat(readMarks.unread("ada")).isZero();
  }

  @Test
  void forgetsAnEventOnceItIsPublished() throws SQLException {
    readMarks.mark("ada", add(null));
    readMarks.mark("ada", add(null));
    List<ReadEvent> events = whole(readMarks.unpublishedRows(10));
    assertThat(whole(readMarks.unpublishedRows(1))).containsExactly(events.get(0));

    readMarks.markPublished(List.of(events.get(0).id()));
    assertThat(whole(readMarks.unpublishedRows(10))).containsExactly(events.get(1));
    readMarks.markPublished(events.stream().map(ReadEvent::id).toList());
    assertThat(tables.count("notification_read_event")).isZero();
    assertThat(tables.count("notification_read")).isEqualTo(2);
  }

  @Test
  void keepsNoMarkThatItCouldNotAnnounce() throws SQLException {
    long id = add(null);
    tables.execute("ALTER TABLE notification_read_event RENAME TO elsewhere");

    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(() -> readMarks.mark("ada", id));

    assertThat(readMarks.unread("ada")).isEqualTo(1);
  }

  @Test
  void leavesOneMarkAndOneEventWhenSeveralTabsMarkAtOnce() throws Exception {
    long last = IntStream.range(0, 50).mapToLong(i -> add(null)).max().orElseThrow();
    int tabs = 4;
    CyclicBarrier start = new CyclicBarrier(tabs);
    List<Callable<@Nullable Void>> work = new ArrayList<>();
    for (int tab = 0; tab < tabs; tab++) {
      work.add(
          () -> {
            start.await();
            readMarks.markUpTo("ada", last);
            return null;
          });
    }

    ExecutorService executor = Executors.newFixedThreadPool(tabs);
    try {
      for (Future<@Nullable Void> done : executor.invokeAll(work)) {
        done.get();
      }
    } finally {
      executor.shutdownNow();
    }

    assertThat(tables.count("notification_read")).isEqualTo(50);
    assertThat(whole(readMarks.unpublishedRows(10))).hasSize(1);
  }

  @Test
  void saysThatTheDatabaseIsAway() {
    tables.goAway("Connection refused");

    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(() -> readMarks.mark("ada", 1))
        .withMessage("the notification table is out of reach: Connection refused");
  }

  private long add(@Nullable String user) {
    return notifications.add(new NewNotification(user, "t", "")).id();
  }

  private long eventId() {
    return whole(readMarks.unpublishedRows(1)).get(0).id();
  }
}
