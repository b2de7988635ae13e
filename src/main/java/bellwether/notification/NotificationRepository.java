package bellwether.notification;

import bellwether.hub.SourceUnavailableException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where notifications are kept, and whether they have been published. Every method returns once its
 * change is durable, and throws {@link SourceUnavailableException} when the place is out of reach.
 */
public interface NotificationRepository {
  /** Keeps a notification, to be published. */
  Notification add(NewNotification notification);

  /** The newest that are for everyone or, unless null, for this user; newest first. */
  List<Notification> list(@Nullable String user, int limit);

  /** The oldest that have not been marked as published, oldest first. */
  List<Notification> unpublished(int limit);

  void markPublished(List<Long> ids);
}
