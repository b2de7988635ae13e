package bellwether.notification;

import bellwether.feed.Outbox;
import bellwether.table.SourceUnavailableException;

/**
 * The store of read marks: which user has read which notifications. A user's notifications are
 * those for everyone and those for the user, unless they have expired. Every change is stored
 * together with the {@link ReadEvent} to publish; marking what is marked already is not a change.
 * Every method returns once its change is durable, and throws {@link SourceUnavailableException} if
 * the database is out of reach.
 */
public interface ReadMarks extends Outbox<ReadEvent> {
  /**
   * Marks one of the user's notifications.
   *
   * @return false if the user has none of this id
   */
  boolean mark(String user, long notificationId);

  /**
   * Marks all of the user's notifications up to and including this id. The event names the newest
   * of them, so that an id far ahead does not make later notifications look read.
   */
  void markUpTo(String user, long notificationId);

  /** Returns the number of the user's notifications that are not marked. */
  long unread(String user);

  /** Returns the number of the user's published notifications that are not marked. */
  long unreadOfPublished(String user);
}
