package bellwether.notification;

import java.time.Instant;

/**
 * That a user has read a notification, or all up to one. Every instance is valid, as with {@link
 * NewNotification}.
 *
 * @param id of the event itself
 * @param isUpTo whether those with lower ids are meant too
 */
public record ReadEvent(
    long id, String user, long notificationId, boolean isUpTo, Instant createdAt) {

  public ReadEvent {
    NewNotification.requireUser(user);
  }
}
