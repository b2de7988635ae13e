package bellwether.notification;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a user's notifications, or of those for everyone, newest first.
 *
 * @param next the id to ask for the next page, of older ones, with; null on the last page
 */
public record NotificationPage(List<Item> items, @Nullable Long next) {

  public NotificationPage {
    items = List.copyOf(items);
  }

  /**
   * A notification in a list.
   *
   * @param isRead whether the user has read it; null in the list of notifications for everyone
   */
  public record Item(Notification notification, @Nullable Boolean isRead) {}
}
