package bellwether.notification;

import bellwether.eventlog.Publication;
import bellwether.feed.Feed;
import bellwether.hub.Hub;
import bellwether.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Publishes what is added to the notification tables: what is for everyone to one topic; what is
 * for one user, and what that user has read, privately to that user's. Now and then it deletes what
 * is old. Confined to the ticks of its loop.
 *
 * <p>A row that another program wrote and that is no notification is never published: it is warned
 * of once and marked as if it had been. Whoever mends it may unmark it.
 *
 * <p>What is guaranteed: nothing is published before it is committed, and all that is committed is
 * published, in spite of the process or the database stopping at any point, unless it expires
 * first. In the life of one log each is published once. A log in memory ends with the process: what
 * was published but not yet marked when the process stopped is published again in the next log, for
 * readers who are told by a {@code gap} that it is another one. Only a log that outlives the
 * process and knows its idempotency keys again makes one event of the two.
 */
public final class NotificationFeed implements Feed {
  /*
   * The tables are the outbox: a row is published, then marked. If the process stops in between,
   * the row is published again, under the same idempotency key.
   *
   * Each row bears its own mark. The highest id published would not do in its place: ids are given
   * before the commit, so a lower one can become visible after a higher one, and would be passed
   * over.
   *
   * Notifications go first, and what is unread is counted, when its event is published, among those
   * that have gone: so the count is right at the event's place in the stream, whoever else posts
   * and reads meanwhile.
   */
  public static final Topic EVERYONE = new Topic("notifications");

  /** How many notifications the table keeps: more than anybody pages back through. */
  static final int KEPT = 10_000;

  /** Most to delete in one look, so that no look takes long. */
  static final int MAX_PRUNED = 500;

  /** How many looks make "now and then"; counting them, and not time, follows the load. */
  static final int LOOKS_BETWEEN_PRUNINGS = 60;

  private final NotificationRepository notifications;
  private final ReadMarks readMarks;
  private final OutboxPublisher<Notification> notificationOutbox;
  private final OutboxPublisher<ReadEvent> readOutbox;

  private int looksUntilPruning;

  public NotificationFeed(Hub hub, NotificationRepository notifications, ReadMarks readMarks) {
    this.notifications = notifications;
    this.readMarks = readMarks;
    this.notificationOutbox =
        new OutboxPublisher<>(
            hub, notifications, NotificationFeed::publication, "the notification table");
    this.readOutbox =
        new OutboxPublisher<>(hub, readMarks, this::publication, "the table of read events");
  }

  @Override
  public String name() {
    return "notification";
  }

  @Override
  public Optional<Duration> look() {
    notificationOutbox.publishNew();
    readOutbox.publishNew();
    pruneNowAndThen();
    return Optional.empty();
  }

  /** Where is published what is for this user, and nobody else. */
  public static Topic topic(String user) {
    return Topic.below(EVERYONE.name(), user);
  }

  private void pruneNowAndThen() {
    if (looksUntilPruning > 0) {
      looksUntilPruning--;
      return;
    }
    boolean isDone = notifications.prune(KEPT, MAX_PRUNED) < MAX_PRUNED;
    looksUntilPruning = isDone ? LOOKS_BETWEEN_PRUNINGS : 0;
  }

  static Publication publication(Notification notification) {
    String user = notification.user();
    String data = NotificationJson.text(notification);
    Publication publication =
        user == null
            ? Publication.of(EVERYONE, data)
            : Publication.of(topic(user), data).privately();
    return publication
        .withType("notification")
        .withIdempotencyKey(key("notification", notification.id(), notification.createdAt()));
  }

  private Publication publication(ReadEvent event) {
    long unread = readMarks.unreadOfPublished(event.user());
    return Publication.of(topic(event.user()), ReadJson.text(event, unread))
        .privately()
        .withType("read")
        .withIdempotencyKey(key("read", event.id(), event.createdAt()));
  }

  /** The time is there because a table that is made anew counts its ids from 1 again. */
  private static String key(String kind, long id, Instant createdAt) {
    return kind + ':' + id + ':' + ChronoUnit.MICROS.between(Instant.EPOCH, createdAt);
  }
}
