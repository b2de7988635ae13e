package bellwether.notification;

import bellwether.feed.Outbox;
import bellwether.table.SourceUnavailableException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The store of all notifications, which also records which of them have been published. Expired
 * ones are treated as if they were deleted. Every method returns once its change is durable, and
 * throws {@link SourceUnavailableException} if the database is out of reach.
 *
 * <p>Another program may have written a row that is not a valid notification. Such a row is not
 * listed, but it counts as unread.
 */
public interface NotificationRepository extends Outbox<Notification> {
  /** Stores a notification, to be published. */
  default Notification add(NewNotification notification) {
    return add(notification, null);
  }

  /**
   * Stores a notification, to be published. If one with the same key is stored already, returns
   * that one instead.
   *
   * @param key the idempotency key; null to store it in any case
   */
  Notification add(NewNotification notification, @Nullable String key);

  /** Finds the notification with this key that is still stored, even if it has expired. */
  Optional<Notification> find(String key);

  /**
   * Lists the notifications for everyone, and those for this user unless it is null.
   *
   * @param before the id below which the page starts; null for the newest
   */
  NotificationPage list(@Nullable String user, @Nullable Long before, int limit);

  /**
   * Deletes expired notifications, and published ones that are not among the newest, together with
   * their read marks.
   *
   * @param kept the number of the newest ones to keep
   * @param limit the most to delete, the oldest first
   * @return the number of deleted ones
   */
  int prune(int kept, int limit);
}
