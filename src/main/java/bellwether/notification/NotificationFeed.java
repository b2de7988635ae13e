package bellwether.notification;

import bellwether.eventlog.Publication;
import bellwether.feed.Feed;
import bellwether.feed.OutboxPublisher;
import bellwether.hub.Hub;
import bellwether.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Publishes new rows of the notification tables: notifications for everyone to one topic;
 * notifications for one user, and that user's read marks, privately to the user's own topic. Now
 * and then it deletes old notifications. Confined to the ticks of its loop.
 *
 * <p>A row that another program wrote and that is not a valid notification is never published: the
 * log warns of it once, and it is marked as published. After repairing the row, an operator may
 * remove the mark.
 *
 * <p>Guarantees: nothing is published before it is committed. Everything that is committed is
 * published, even if the process or the database stops at any point, unless it expires first. Each
 * row is published once in the life of one event log. A log in memory ends with the process: a row
 * that was published but not yet marked when the process stopped is published again in the next
 * log, whose readers learn from a {@code gap} that it is another log. Only a log that survives the
 * process, and its idempotency keys with it, recognises the repetition and keeps one event.
 */
public final class NotificationFeed implements Feed {
  /*
   * The tables are the outbox: a row is published, then marked. If the process stops in between,
   * the row is published again, under the same idempotency key.
   *
   * Each row has its own mark. It would not be enough to remember the highest published id: ids are
   * given before the commit, so a lower one can become visible after a higher one, and would be
   * skipped.
   *
   * Notifications are published first. A read event's count of unread ones is taken when the event
   * is published, and counts only published notifications: so the count is right at the event's
   * place in the stream, whatever is posted and read meanwhile.
   */
  /** The number of notifications that the table keeps: more than anybody pages back through. */
  static final int KEPT = 10_000;

  /** The most rows to delete in one tick, so that no tick takes long. */
  static final int MAX_PRUNED = 500;

  /**
   * The number of ticks between two deletions of old rows. It counts ticks, not time, so that it
   * follows the load.
   */
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
    var unused = notificationOutbox.publishNew();
    var unusedToo = readOutbox.publishNew();
    pruneNowAndThen();
    return Optional.empty();
  }

  /** Returns the topic of one user's private notifications. */
  public static Topic topic(String user) {
    return Topic.below(NotificationTopics.EVERYONE.name(), user);
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
            ? Publication.of(NotificationTopics.EVERYONE, data)
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

  /**
   * Returns the idempotency key of a row. It contains the time because a table that is created anew
   * counts its ids from 1 again.
   */
  private static String key(String kind, long id, Instant createdAt) {
    return kind + ':' + id + ':' + ChronoUnit.MICROS.between(Instant.EPOCH, createdAt);
  }
}
