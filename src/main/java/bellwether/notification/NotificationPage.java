package bellwether.notification;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a user's list, or of what is for everyone, newest first.
 *
 * @param next the id to ask for what is before; null if nothing is
 */
public record NotificationPage(List<Item> items, @Nullable Long next) {

  public NotificationPage {
    items = List.copyOf(items);
  }

  /**
   * A notification in a list.
   *
   * @param isRead whether the user has read it; null in a list that is nobody's
   */
  public record Item(Notification notification, @Nullable Boolean isRead) {}
}
