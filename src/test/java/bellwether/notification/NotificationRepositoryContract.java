package bellwether.notification;

import static bellwether.fixtures.Rows.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.fixtures.Tables;
import bellwether.table.Row;
import bellwether.table.SourceUnavailableException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every database has to keep of the promises of {@link NotificationRepository}. */
abstract class NotificationRepositoryContract {
  private static final Instant TIME = Instant.parse("2026-11-21T05:24:00.123456789Z");

  private Instant now = TIME;
  private final Tables tables;
  private final NotificationRepository repository;

  NotificationRepositoryContract(Tables tables) {
    this.tables = tables;
    this.repository = new JdbcNotificationRepository(tables.dataSource(), () -> now);
  }

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
    assertThat(list("ada", 10)).containsExactly(ada, everyone);
  }

  @Test
  void keepsOneUnderAKeyAndGivesItBackWhateverIsSaidTheNextTime() {
    NewNotification content = new NewNotification("ada", "one", "");

    Notification first = repository.add(content, "key");
    Notification again = repository.add(new NewNotification(null, "another", ""), "key");
    Notification other = repository.add(content, "another key");

    assertThat(again).isEqualTo(first);
    assertThat(other.id()).isNotEqualTo(first.id());
    assertThat(repository.find("key")).contains(first);
    assertThat(repository.find("no key")).isEmpty();
    assertThat(repository.add(content).id()).isNotIn(first.id(), other.id());
    assertThat(repository.add(content).id()).isNotIn(first.id(), other.id());
    assertThat(list("ada", 10)).hasSize(4);
  }

  @Test
  void keepsOneOfManyThatComeAtOnceUnderTheSameKey() throws Exception {
    int senders = 8;
    CyclicBarrier start = new CyclicBarrier(senders);
    ExecutorService executor = Executors.newFixedThreadPool(senders);
    try {
      List<Future<Notification>> sent = new ArrayList<>();
      for (int i = 0; i < senders; i++) {
        String title = "sent " + i;
        sent.add(
            executor.submit(
                () -> {
                  start.await();
                  return repository.add(new NewNotification(null, title, ""), "key");
                }));
      }
      Set<Long> ids = new HashSet<>();
      for (Future<Notification> one : sent) {
        ids.add(one.get().id());
      }
      assertThat(ids).hasSize(1);
      assertThat(list(null, 10)).hasSize(1);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void forgetsAKeyTogetherWithItsNotification() {
    Notification first = repository.add(new NewNotification(null, "t", ""), "key");
    Notification newer = add(null, "newer");
    repository.markPublished(List.of(first.id(), newer.id()));
    assertThat(repository.prune(1, 10)).isEqualTo(1);

    assertThat(repository.find("key")).isEmpty();
    assertThat(repository.add(new NewNotification(null, "t", ""), "key").id())
        .isNotEqualTo(first.id());
  }

  @Test
  void hasRoomForTheLongestTextsInCharactersOfAnyKind() {
    String bell = "\ud83d\udd14";
    NewNotification longest =
        new NewNotification(bell.repeat(83), bell.repeat(200), bell.repeat(4000));

    Notification added = repository.add(longest);

    assertThat(list(bell.repeat(83), 10)).containsExactly(added);
    assertThat(added.content()).isEqualTo(longest);
  }

  @Test
  void listsWhatIsForEveryoneAndForTheUserNewestFirst() {
    Notification first = add(null, "1");
    Notification ada = add("ada", "2");
    Notification bob = add("bob", "3");
    Notification last = add(null, "4");

    assertThat(list(null, 10)).containsExactly(last, first);
    assertThat(list("ada", 10)).containsExactly(last, ada, first);
    assertThat(list("bob", 2)).containsExactly(last, bob);
    assertThat(list("eve", 10)).containsExactly(last, first);
  }

  @Test
  void readsBackEveryField() {
    NewNotification full =
        new NewNotification(
            "ada", "t", "b", Severity.CRITICAL, "https://example.com/", TIME.plusSeconds(60));

    Notification added = repository.add(full);

    assertThat(added.content()).isEqualTo(full);
    assertThat(list("ada", 1)).containsExactly(added);
    assertThat(whole(repository.unpublishedRows(1))).containsExactly(added);
  }

  @Test
  void pagesDownToTheOldestWithoutAGapOrADouble() {
    List<Notification> added = IntStream.range(0, 5).mapToObj(i -> add(null, "t" + i)).toList();
    add("bob", "not on Ada's pages");

    NotificationPage first = repository.list("ada", null, 2);
    add(null, "comes while Ada turns the page");
    NotificationPage second = repository.list("ada", first.next(), 2);
    NotificationPage third = repository.list("ada", second.next(), 2);

    assertThat(notifications(first)).containsExactly(added.get(4), added.get(3));
    assertThat(notifications(second)).containsExactly(added.get(2), added.get(1));
    assertThat(notifications(third)).containsExactly(added.get(0));
    assertThat(third.next()).isNull();
  }

  @Test
  void namesNoNextPageWhenThePageIsJustFull() {
    add(null, "1");
    add(null, "2");

    assertThat(repository.list(null, null, 2).next()).isNull();
    assertThat(repository.list(null, null, 1).next()).isNotNull();
  }

  @Test
  void saysWhatTheUserHasReadAndNothingOfItInTheListForEveryone() {
    Notification first = add(null, "1");
    add("ada", "2");
    new JdbcReadMarks(tables.dataSource(), () -> now).mark("ada", first.id());

    assertThat(repository.list("ada", null, 10).items())
        .extracting(NotificationPage.Item::isRead)
        .containsExactly(false, true);
    assertThat(repository.list("bob", null, 10).items())
        .extracting(NotificationPage.Item::isRead)
        .containsExactly(false);
    assertThat(repository.list(null, null, 10).items())
        .extracting(NotificationPage.Item::isRead)
        .containsExactly((Boolean) null);
  }

  @Test
  void neitherListsNorPublishesWhatHasExpired() {
    Notification brief = addUntil(TIME.plusSeconds(60));
    Notification lasting = add(null, "lasting");

    now = TIME.plusSeconds(59);
    assertThat(list(null, 10)).containsExactly(lasting, brief);
    assertThat(whole(repository.unpublishedRows(10))).containsExactly(brief, lasting);

    now = TIME.plusSeconds(60);
    assertThat(list(null, 10)).containsExactly(lasting);
    assertThat(whole(repository.unpublishedRows(10))).containsExactly(lasting);
  }

  @Test
  void prunesWhatIsPublishedAndNotAmongTheNewest() {
    List<Notification> added = IntStream.range(0, 6).mapToObj(i -> add(null, "t" + i)).toList();
    publishAllBut(added.get(1), added);

    assertThat(repository.prune(3, 10)).isEqualTo(2);
    assertThat(list(null, 10))
        .containsExactly(added.get(5), added.get(4), added.get(3), added.get(1));
    assertThat(repository.prune(3, 10)).isZero();
    assertThat(repository.prune(10, 10)).isZero();
  }

  @Test
  void prunesWhatHasExpiredPublishedOrNot() {
    Notification published = addUntil(TIME.plusSeconds(60));
    addUntil(TIME.plusSeconds(60));
    Notification lasting = addUntil(TIME.plusSeconds(61));
    repository.markPublished(List.of(published.id()));

    now = TIME.plusSeconds(60);

    assertThat(repository.prune(10, 10)).isEqualTo(2);
    now = TIME;
    assertThat(list(null, 10)).containsExactly(lasting);
  }

  @Test
  void prunesNoMoreThanAskedForAndTheOldestFirst() {
    List<Notification> added = IntStream.range(0, 6).mapToObj(i -> add(null, "t" + i)).toList();
    publishAllBut(null, added);

    assertThat(repository.prune(1, 2)).isEqualTo(2);
    assertThat(list(null, 10)).hasSize(4).doesNotContain(added.get(0), added.get(1));
  }

  @Test
  void prunesTheReadMarksToo() throws SQLException {
    Notification old = add(null, "old");
    Notification recent = add(null, "recent");
    ReadMarks readMarks = new JdbcReadMarks(tables.dataSource(), () -> now);
    readMarks.markUpTo("ada", recent.id());
    publishAllBut(null, List.of(old, recent));

    repository.prune(1, 10);

    assertThat(tables.count("notification_read")).isEqualTo(1);
    assertThat(readMarks.unread("ada")).isZero();
  }

  @Test
  void knowsWhatIsYetToBePublished() {
    Notification first = add(null, "1");
    Notification second = add("ada", "2");
    Notification third = add(null, "3");
    assertThat(whole(repository.unpublishedRows(2))).containsExactly(first, second);

    repository.markPublished(List.of(first.id(), third.id()));
    assertThat(whole(repository.unpublishedRows(10))).containsExactly(second);

    repository.markPublished(List.of());
    repository.markPublished(List.of(second.id()));
    assertThat(whole(repository.unpublishedRows(10))).isEmpty();
  }

  @Test
  void saysThatTheDatabaseIsAwayAndWhy() {
    tables.goAway("Connection refused");

    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(() -> repository.list(null, null, 1))
        .withMessage("the notification table is out of reach: Connection refused");
  }

  @Test
  void leavesOutWhatSomebodyElseWroteThatIsNoNotification() throws SQLException {
    Notification first = add(null, "first");
    tables.execute(
        "INSERT INTO notification (id, title, body, link, created_at) VALUES"
            + " (1000, ' ', '', NULL, CURRENT_TIMESTAMP),"
            + " (1001, 't', '', 'javascript:alert(1)', CURRENT_TIMESTAMP),"
            + " (1002, 't', '', '', CURRENT_TIMESTAMP),"
            + " (1003, 'last', '', NULL, CURRENT_TIMESTAMP),"
            + " (1004, 't', '', NULL, TIMESTAMP WITH TIME ZONE '9999-12-31 23:59:59-05')");

    assertThat(list(null, 10)).extracting(Notification::id).containsExactly(1003L, first.id());
    NotificationPage page = repository.list(null, null, 1);
    assertThat(notifications(page)).extracting(Notification::id).containsExactly(1003L);
    assertThat(notifications(repository.list(null, page.next(), 1))).containsExactly(first);
    assertThat(repository.unpublishedRows(10))
        .filteredOn(row -> row instanceof Row.Broken)
        .containsExactly(
            new Row.Broken<>(1000L, "title is empty"),
            new Row.Broken<>(1001L, "link must be an http or https URL, or a path"),
            new Row.Broken<>(1002L, "link is empty"),
            new Row.Broken<>(1004L, "created_at is not of the years 0000 to 9999"));
  }

  @Test
  void takesARowOfAnotherProgramThatNamesATitleOnly() throws SQLException {
    Instant before = Instant.now();
    tables.execute("INSERT INTO notification (title) VALUES ('x')");

    assertThat(whole(repository.unpublishedRows(10)))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.content().title()).isEqualTo("x");
              assertThat(row.content().body()).isEmpty();
              assertThat(row.user()).isNull();
              assertThat(row.createdAt()).isBetween(before.minusSeconds(60), Instant.now());
            });
  }

  private List<Notification> list(@Nullable String user, int limit) {
    return notifications(repository.list(user, null, limit));
  }

  private static List<Notification> notifications(NotificationPage page) {
    return page.items().stream().map(NotificationPage.Item::notification).toList();
  }

  private void publishAllBut(@Nullable Notification exception, List<Notification> added) {
    repository.markPublished(
        added.stream().filter(n -> !n.equals(exception)).map(Notification::id).toList());
  }

  private Notification addUntil(Instant expiresAt) {
    return repository.add(new NewNotification(null, "t", "", Severity.INFO, null, expiresAt));
  }

  private Notification add(@Nullable String user, String title) {
    return repository.add(new NewNotification(user, title, "b"));
  }
}
