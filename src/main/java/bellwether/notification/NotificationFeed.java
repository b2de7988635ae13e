package bellwether.notification;

import bellwether.eventlog.Publication;
import bellwether.eventlog.Topic;
import bellwether.hub.FeedLoop;
import bellwether.hub.Hub;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Publishes what is added to the notification table: what is for everyone to one topic, what is for
 * one user, privately, to that user's. Any thread may call anything.
 */
public final class NotificationFeed implements AutoCloseable {
  /*
   * The table is the outbox: a row is published, then marked. If the process stops in between, the
   * row is published again, and its idempotency key makes both one event, as long as the log still
   * keeps the first.
   *
   * Each row bears its own mark. The highest id published would not do in its place: ids are given
   * before the commit, so a lower one can become visible after a higher one, and would be passed
   * over.
   */
  static final Topic EVERYONE = new Topic("notifications");
  private static final int BATCH = 100; // rows read at a time

  private final Hub hub;
  private final NotificationRepository repository;
  private final FeedLoop loop;

  /**
   * @param interval how often the table is read
   * @param executor has a thread that the database may keep waiting; the feed does not close it
   */
  public NotificationFeed(
      Hub hub,
      NotificationRepository repository,
      Duration interval,
      ScheduledExecutorService executor) {
    this.hub = hub;
    this.repository = repository;
    this.loop = new FeedLoop("notification", this::publishNew, interval, executor);
  }

  public void start() {
    loop.start();
  }

  /** Asks for a tick at once: the table has changed. */
  public void wake() {
    loop.wake();
  }

  /** Reads the table and publishes what is new. Never throws; never runs twice at a time. */
  public void tick() {
    loop.tick();
  }

  /** Whether the last tick went well; false before the first. */
  public boolean isHealthy() {
    return loop.isHealthy();
  }

  @Override
  public void close() {
    loop.close();
  }

  static Topic topic(String user) {
    return new Topic("notifications/" + user);
  }

  private void publishNew() {
    List<Notification> batch;
    do {
      batch = repository.unpublished(BATCH);
      batch.forEach(notification -> hub.publish(publication(notification)));
      repository.markPublished(batch.stream().map(Notification::id).toList());
    } while (batch.size() == BATCH);
  }

  static Publication publication(Notification notification) {
    String user = notification.user();
    String data = NotificationJson.text(notification);
    Publication publication =
        user == null
            ? Publication.of(EVERYONE, data)
            : Publication.of(topic(user), data).privately();
    return publication.withType("notification").withIdempotencyKey(key(notification));
  }

  /** The time is there because a table that is made anew counts its ids from 1 again. */
  private static String key(Notification notification) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, notification.createdAt());
    return "notification:" + notification.id() + ':' + micros;
  }
}
