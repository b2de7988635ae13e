package bellwether.notification;

import static bellwether.fixtures.Rows.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Publication;
import bellwether.feed.BrokenRows;
import bellwether.feed.FeedLoop;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.LogLines;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.RecordedHub;
import bellwether.fixtures.Tables;
import bellwether.hub.Hub;
import bellwether.table.JdbcLease;
import bellwether.table.Row;
import bellwether.table.SourceUnavailableException;
import bellwether.topic.Topic;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the feed publishes, whichever database has the tables. */
abstract class NotificationFeedContract {
  private static final Instant TIME = Instant.parse("2026-11-21T05:24:00.000001Z");
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private Instant now = TIME;
  private final Tables tables;
  private final NotificationRepository repository;
  private final ReadMarks readMarks;
  private final ManualScheduler scheduler = new ManualScheduler();
  private final RecordedHub recorded = new RecordedHub(scheduler);
  private final FeedLoop feed;

  NotificationFeedContract(Tables tables) {
    this.tables = tables;
    this.repository = new JdbcNotificationRepository(tables.dataSource(), () -> now);
    this.readMarks = new JdbcReadMarks(tables.dataSource(), () -> now);
    this.feed = loop(recorded.hub(), repository);
  }

  @AfterEach
  void closeTables() throws SQLException {
    tables.close();
  }

  @Test
  void publishesEachNotificationOnceInOrder() {
    Notification first = add(null, "1");
    Notification second = add(null, "2");
    feed.start();
    scheduler.advance(INTERVAL.multipliedBy(3));

    assertThat(recorded.takeLines())
        .containsExactly(
            "notifications notification " + NotificationJson.text(first),
            "notifications notification " + NotificationJson.text(second));
  }

  @Test
  void publishesWhatIsForOneUserPrivatelyToThatUser() {
    add(null, "for everyone");
    add("ada", "for Ada");
    feed.tick();
    List<Publication> published = recorded.takePublished();

    assertThat(published).extracting(Publication::isPrivate).containsExactly(false, true);
    assertThat(published)
        .extracting(p -> p.topics().get(0).name())
        .containsExactly("notifications", "notifications/ada");
  }

  @Test
  void publishesAtOnceWhenAskedToLook() {
    feed.start();
    scheduler.advance(INTERVAL.plusMillis(500));
    add(null, "now");
    feed.tickSoon();
    scheduler.runDue();

    assertThat(recorded.takePublished()).hasSize(1);
  }

  @Test
  void publishesARowThatAppearsBelowOneAlreadyPublished() throws SQLException {
    tables.execute(insert(20));
    feed.tick();
    recorded.takePublished();

    tables.execute(insert(10)); // its id was given first, its transaction ended last
    feed.tick();

    assertThat(recorded.takeLines()).singleElement().asString().contains("\"id\":10,");
  }

  @Test
  void publishesARowOfAnotherProgramThatNamesATitleOnly() throws SQLException {
    tables.execute("INSERT INTO notification (title) VALUES ('x')");
    feed.tick();

    assertThat(recorded.takeLines())
        .singleElement()
        .asString()
        .contains("\"title\":\"x\",\"body\":\"\"");
  }

  @Test
  void catchesUpWithMoreThanOneBatchInOneTick() {
    IntStream.range(0, 250).forEach(i -> add(null, "title " + i));
    feed.tick();

    assertThat(recorded.takePublished()).hasSize(250);
  }

  @Test
  void makesOneEventOfARowPublishedTwiceBecauseItCouldNotBeMarked() {
    CrashingRepository crashing = new CrashingRepository();
    FeedLoop crashed = feed(crashing);
    Notification notification = add(null, "once");
    crashed.tick();
    assertThat(crashing.lost).isEqualTo(1);
    assertThat(crashed.isHealthy()).isFalse();
    assertThat(whole(repository.unpublishedRows(10))).containsExactly(notification);

    feed.tick();

    assertThat(recorded.takeLines())
        .containsExactly("notifications notification " + NotificationJson.text(notification));
    assertThat(whole(repository.unpublishedRows(10))).isEmpty();
  }

  @Test
  void publishesNothingTwiceEvenIfTheLogHasForgottenTheKeyBeforeTheRowCouldBeMarked() {
    MemoryEventLog forgetful =
        new MemoryEventLog(
            1, Long.MAX_VALUE, () -> TIME, System::nanoTime, new SplittableRandom(1));
    Hub hub = Hubs.over(forgetful, scheduler);
    FeedLoop crashed = loop(hub, new CrashingRepository());
    add(null, "once");
    crashed.tick();
    hub.publish(Publication.of(new Topic("other"), "takes the only place in the log"));

    crashed.tick();

    assertThat(crashed.isHealthy()).isTrue();
    assertThat(whole(repository.unpublishedRows(10))).isEmpty();
    assertThat(forgetful.newest()).isEqualTo(2);
  }

  @Test
  void publishesPrivatelyToTheUserWhatTheUserHasRead() {
    Notification first = add(null, "1");
    add("ada", "2");
    add("bob", "3");
    feed.tick();
    recorded.takePublished();

    readMarks.mark("ada", first.id());
    feed.tick();
    List<Publication> published = recorded.takePublished();

    assertThat(published)
        .extracting(p -> p.topics().get(0) + " " + p.type() + " " + p.data())
        .containsExactly(
            "notifications/ada read {\"user\":\"ada\",\"id\":" + first.id() + ",\"unread\":1}");
    assertThat(published).allMatch(Publication::isPrivate);
    assertThat(published.get(0).idempotencyKey()).matches("read:\\d+:1795238640000001");
    feed.tick();
    assertThat(recorded.takePublished()).isEmpty();
  }

  @Test
  void publishesThatAllUpToOneAreRead() {
    add(null, "1");
    Notification second = add("ada", "2");
    feed.tick();
    recorded.takePublished();

    readMarks.markUpTo("ada", second.id());
    feed.tick();

    assertThat(recorded.takeLines())
        .containsExactly(
            "notifications/ada read {\"user\":\"ada\",\"upTo\":" + second.id() + ",\"unread\":0}");
  }

  @Test
  void countsAsUnreadWhatTheStreamHasSaidBefore() {
    Notification read = add(null, "1");
    readMarks.mark("ada", read.id());
    add(null, "2");
    List<Notification> later = new ArrayList<>();
    FeedLoop racing = feed(new RacingRepository(() -> later.add(add(null, "3"))));

    racing.tick();

    assertThat(later).hasSize(1); // committed once the feed had read the notifications
    assertThat(recorded.takeLines())
        .hasSize(3)
        .last()
        .asString()
        .isEqualTo(
            "notifications/ada read {\"user\":\"ada\",\"id\":" + read.id() + ",\"unread\":1}");
  }

  @Test
  void publishesNothingThatHasExpiredMeanwhile() {
    repository.add(new NewNotification(null, "t", "", Severity.INFO, null, TIME.plusSeconds(60)));
    now = TIME.plusSeconds(60);
    feed.tick();

    assertThat(recorded.takePublished()).isEmpty();
  }

  @Test
  void prunesNowAndThenAndAtOnceAgainWhileMuchIsLeft() {
    List<Integer> pruned = new ArrayList<>();
    Deque<Integer> answers = new ArrayDeque<>(List.of(NotificationFeed.MAX_PRUNED, 1, 0));
    FeedLoop pruning =
        feed(
            new ForwardingRepository() {
              @Override
              public int prune(int kept, int limit) {
                pruned.add(kept);
                return answers.remove();
              }
            });

    pruning.tick();
    pruning.tick();
    assertThat(pruned).containsExactly(NotificationFeed.KEPT, NotificationFeed.KEPT);
    IntStream.range(0, NotificationFeed.LOOKS_BETWEEN_PRUNINGS).forEach(i -> pruning.tick());
    assertThat(pruned).hasSize(2);
    pruning.tick();
    assertThat(pruned).hasSize(3);
  }

  @Test
  void tellsApartTwoLivesOfATable() {
    var message = new NewNotification(null, "t", "");
    var first = NotificationFeed.publication(new Notification(1, message, TIME));
    var second = NotificationFeed.publication(new Notification(1, message, TIME.plusMillis(1)));

    assertThat(first.idempotencyKey()).isEqualTo("notification:1:1795238640000001");
    assertThat(second.idempotencyKey()).isNotEqualTo(first.idempotencyKey());
  }

  @Test
  void saysOnceThatTheDatabaseIsAwayAndOnceThatItIsBack() {
    try (LogLines log = new LogLines(FeedLoop.class)) {
      feed.start();
      scheduler.advance(INTERVAL);
      tables.goAway("Connection refused");
      scheduler.advance(INTERVAL.multipliedBy(3));
      assertThat(feed.isHealthy()).isFalse();

      tables.comeBack();
      add(null, "back");
      scheduler.advance(INTERVAL.multipliedBy(3));

      assertThat(feed.isHealthy()).isTrue();
      assertThat(recorded.takePublished()).hasSize(1);
      assertThat(log.lines())
          .containsExactly(
              "WARNING The notification feed stands still:"
                  + " the notification table is out of reach: Connection refused",
              "INFO The notification feed goes on");
    }
  }

  @Test
  void publishesTheOthersWhenSomebodyElseWritesARowThatIsNoNotification() throws SQLException {
    try (LogLines log = new LogLines(BrokenRows.class)) {
      tables.execute(
          "INSERT INTO notification (id, recipient, title, body, link, created_at) VALUES"
              + " (1000, NULL, 'a\nb', '', NULL, CURRENT_TIMESTAMP),"
              + " (1001, NULL, 't', '', 'javascript:alert(1)', CURRENT_TIMESTAMP),"
              + " (1002, 'no one ', 't', '', NULL, CURRENT_TIMESTAMP),"
              + " (1003, NULL, 'whole', '', NULL, CURRENT_TIMESTAMP)");
      tables.execute(
          "INSERT INTO notification_read_event (user_name, notification_id, is_up_to, created_at)"
              + " VALUES ('a\nb', 1003, TRUE, CURRENT_TIMESTAMP)");
      feed.start();
      scheduler.advance(INTERVAL.multipliedBy(3));

      assertThat(feed.isHealthy()).isTrue();
      assertThat(recorded.takeLines()).singleElement().asString().contains("\"id\":1003,");
      assertThat(repository.unpublishedRows(10)).isEmpty();
      assertThat(readMarks.unpublishedRows(10)).isEmpty();
      assertThat(log.lines())
          .hasSize(4)
          .startsWith(
              "WARNING Row '1000' of the notification table is skipped:"
                  + " title contains a control character",
              "WARNING Row '1001' of the notification table is skipped:"
                  + " link must be an http or https URL, or a path");

      tables.execute("UPDATE notification SET title = 't', published_at = NULL WHERE id = 1000");
      scheduler.advance(INTERVAL);
      assertThat(recorded.takeLines()).singleElement().asString().contains("\"id\":1000,");
      tables.execute("UPDATE notification SET title = ' ', published_at = NULL WHERE id = 1000");
      scheduler.advance(INTERVAL);
      assertThat(log.lines())
          .hasSize(5)
          .last()
          .isEqualTo("WARNING Row '1000' of the notification table is skipped: title is empty");
    }
  }

  @Test
  void warnsOnceOfABrokenRowThatCouldNotBeMarkedAtFirst() throws SQLException {
    try (LogLines log = new LogLines(BrokenRows.class)) {
      tables.execute(
          "INSERT INTO notification (title, body, created_at) VALUES (' ', '', CURRENT_TIMESTAMP)");
      FeedLoop crashed = feed(new CrashingRepository());
      crashed.tick();
      crashed.tick();

      assertThat(log.lines()).hasSize(1);
      assertThat(repository.unpublishedRows(10)).isEmpty();
    }
  }

  /**
   * As one that stood still between reading the table and publishing, for longer than its lease.
   */
  @Test
  void aServerThatHasLostItsLeaseLeavesWhatItPublishesToTheOther() {
    JdbcLease mine = new JdbcLease(tables.dataSource(), "my log", "me");
    JdbcLease other = new JdbcLease(tables.dataSource(), "another log", "the other");
    RecordedHub others = new RecordedHub(scheduler);
    assertThat(mine.claim(true)).isEmpty();
    Notification first = add(null, "1");
    readMarks.mark("ada", first.id());
    mine.release();
    assertThat(other.claim(true)).isEmpty();

    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(() -> feedOf("me", recorded.hub()).look());
    assertThat(repository.unpublishedRows(10)).hasSize(1);

    var unused = feedOf("the other", others.hub()).look();
    assertThat(others.takeLines())
        .hasSize(2)
        .first(STRING)
        .isEqualTo("notifications notification " + NotificationJson.text(first));
    assertThat(repository.unpublishedRows(10)).isEmpty();
    assertThat(readMarks.unpublishedRows(10)).isEmpty();
  }

  private NotificationFeed feedOf(String holder, Hub hub) {
    return new NotificationFeed(
        hub,
        new JdbcNotificationRepository(tables.dataSource(), () -> now, holder),
        new JdbcReadMarks(tables.dataSource(), () -> now, holder));
  }

  private Notification add(@Nullable String user, String title) {
    return repository.add(new NewNotification(user, title, "b"));
  }

  private FeedLoop feed(NotificationRepository source) {
    return loop(recorded.hub(), source);
  }

  private FeedLoop loop(Hub hub, NotificationRepository source) {
    return new FeedLoop(
        new NotificationFeed(hub, source, readMarks), INTERVAL, scheduler, scheduler::nanoTime);
  }

  private static String insert(long id) {
    return "INSERT INTO notification (id, title, body, created_at) VALUES ("
        + id
        + ", 't', '', CURRENT_TIMESTAMP)";
  }

  private class ForwardingRepository implements NotificationRepository {
    @Override
    public Notification add(NewNotification notification, @Nullable String key) {
      return repository.add(notification, key);
    }

    @Override
    public Optional<Notification> find(String key) {
      return repository.find(key);
    }

    @Override
    public NotificationPage list(@Nullable String user, @Nullable Long before, int limit) {
      return repository.list(user, before, limit);
    }

    @Override
    public int prune(int kept, int limit) {
      return repository.prune(kept, limit);
    }

    @Override
    public List<Row<Long, Notification>> unpublishedRows(int limit) {
      return repository.unpublishedRows(limit);
    }

    @Override
    public void markPublished(List<Long> ids) {
      repository.markPublished(ids);
    }
  }

  /** Loses the database once, between publishing and marking. */
  private final class CrashingRepository extends ForwardingRepository {
    private int lost;

    @Override
    public void markPublished(List<Long> ids) {
      if (lost == 0) {
        lost = ids.size();
        throw new SourceUnavailableException("the table", new IllegalStateException("gone"));
      }
      super.markPublished(ids);
    }
  }

  /** Somebody else does something just after the notifications have been marked. */
  private final class RacingRepository extends ForwardingRepository {
    private final Runnable somethingElse;

    RacingRepository(Runnable somethingElse) {
      this.somethingElse = somethingElse;
    }

    @Override
    public void markPublished(List<Long> ids) {
      super.markPublished(ids);
      somethingElse.run();
    }
  }
}
