package bellwether.notification;

import java.time.Instant;

/**
 * The event of a user who has read a notification, or all up to one. Every instance is valid, as
 * with {@link NewNotification}.
 *
 * @param id the id of the event itself
 * @param isUpTo whether notifications with lower ids are read too
 */
public record ReadEvent(
    long id, String user, long notificationId, boolean isUpTo, Instant createdAt) {

  public ReadEvent {
    NewNotification.requireUser(user);
  }
}
