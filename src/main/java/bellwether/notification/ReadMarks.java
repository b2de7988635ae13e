package bellwether.notification;

import bellwether.table.SourceUnavailableException;

/**
 * Who has read which notifications. A user's notifications are those for everyone and those for the
 * user, unless they have expired. Every change is kept together with the {@link ReadEvent} to be
 * published of it; marking what is marked is no change. Every method returns once its change is
 * durable, and throws {@link SourceUnavailableException} when the place is out of reach.
 */
public interface ReadMarks extends Outbox<ReadEvent> {
  /**
   * Marks one of the user's notifications.
   *
   * @return false if the user has none of this id
   */
  boolean mark(String user, long notificationId);

  /**
   * Marks all of the user's notifications up to this id, and this one. The event names the newest
   * of them, so that nobody takes a later one below an id far ahead for read.
   */
  void markUpTo(String user, long notificationId);

  /** How many of the user's notifications are not marked. */
  long unread(String user);

  /** The same, of those that have been published. */
  long unreadOfPublished(String user);
}
