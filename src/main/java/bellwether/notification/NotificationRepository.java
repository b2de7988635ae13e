package bellwether.notification;

import bellwether.table.SourceUnavailableException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where notifications are kept, and whether they have been published. What has expired is as good
 * as gone. Every method returns once its change is durable, and throws {@link
 * SourceUnavailableException} when the place is out of reach.
 *
 * <p>Another program may have written a row there that is no notification. Such a row is not
 * listed, though it counts as unread where unread ones are counted.
 */
public interface NotificationRepository extends Outbox<Notification> {
  /** Keeps a notification, to be published. */
  default Notification add(NewNotification notification) {
    return add(notification, null);
  }

  /**
   * Keeps a notification, to be published, unless one is there that was kept under the same key:
   * then that one is returned.
   *
   * @param key null for one that is kept in any case
   */
  Notification add(NewNotification notification, @Nullable String key);

  /** Finds what was kept under this key and is still there, even if it has expired. */
  Optional<Notification> find(String key);

  /**
   * Lists what is for everyone or, unless null, for this user.
   *
   * @param before the id that those on the page are below; null for the newest
   */
  NotificationPage list(@Nullable String user, @Nullable Long before, int limit);

  /**
   * Deletes what has expired, and what has been published and is not among the newest, together
   * with the marks of who has read it.
   *
   * @param kept how many of the newest to keep
   * @param limit most to delete, the oldest first
   * @return how many were deleted
   */
  int prune(int kept, int limit);
}
