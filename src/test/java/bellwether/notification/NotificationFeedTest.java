package bellwether.notification;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.Publication;
import bellwether.fixtures.LogLines;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.RecordedHub;
import bellwether.fixtures.Tables;
import bellwether.hub.FeedLoop;
import bellwether.hub.SourceUnavailableException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NotificationFeedTest {
  private static final Instant TIME = Instant.parse("2026-11-21T05:24:00.000001Z");
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Tables tables = new Tables();
  private final NotificationRepository repository =
      new JdbcNotificationRepository(tables.dataSource(), () -> TIME);
  private final ManualScheduler scheduler = new ManualScheduler();
  private final RecordedHub recorded = new RecordedHub(scheduler);
  private final NotificationFeed feed = feed(repository);

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
  void publishesAtOnceWhenWoken() {
    feed.start();
    scheduler.advance(INTERVAL.plusMillis(500));
    add(null, "now");
    feed.wake();
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
  void catchesUpWithMoreThanOneBatchInOneTick() {
    IntStream.range(0, 250).forEach(i -> add(null, "title " + i));
    feed.tick();

    assertThat(recorded.takePublished()).hasSize(250);
  }

  @Test
  void makesOneEventOfARowPublishedTwiceBecauseItCouldNotBeMarked() {
    CrashingRepository crashing = new CrashingRepository();
    NotificationFeed crashed = feed(crashing);
    Notification notification = add(null, "once");
    crashed.tick();
    assertThat(crashing.lost).isEqualTo(1);
    assertThat(crashed.isHealthy()).isFalse();
    assertThat(repository.unpublished(10)).containsExactly(notification);

    feed.tick();

    assertThat(recorded.takeLines())
        .containsExactly("notifications notification " + NotificationJson.text(notification));
    assertThat(repository.unpublished(10)).isEmpty();
  }

  @Test
  void tellsApartTwoLivesOfATable() {
    var first = NotificationFeed.publication(new Notification(1, null, "t", "", TIME));
    var second =
        NotificationFeed.publication(new Notification(1, null, "t", "", TIME.plusMillis(1)));

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

  private Notification add(@Nullable String user, String title) {
    return repository.add(new NewNotification(user, title, "b"));
  }

  private NotificationFeed feed(NotificationRepository source) {
    return new NotificationFeed(recorded.hub(), source, INTERVAL, scheduler);
  }

  private static String insert(long id) {
    return "INSERT INTO notification (id, title, body, created_at) VALUES ("
        + id
        + ", 't', '', CURRENT_TIMESTAMP)";
  }

  /** Loses the database between publishing and marking. */
  private final class CrashingRepository implements NotificationRepository {
    private int lost;

    @Override
    public Notification add(NewNotification notification) {
      return repository.add(notification);
    }

    @Override
    public List<Notification> list(@Nullable String user, int limit) {
      return repository.list(user, limit);
    }

    @Override
    public List<Notification> unpublished(int limit) {
      return repository.unpublished(limit);
    }

    @Override
    public void markPublished(List<Long> ids) {
      lost += ids.size();
      throw new SourceUnavailableException("the table", new IllegalStateException("gone"));
    }
  }
}
