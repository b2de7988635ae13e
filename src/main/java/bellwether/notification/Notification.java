package bellwether.notification;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A message to one user or to everyone, as it was kept.
 *
 * @param user null for everyone
 * @param createdAt kept to the microsecond, as the databases do
 */
public record Notification(
    long id, @Nullable String user, String title, String body, Instant createdAt) {

  public Notification {
    var unused = new NewNotification(user, title, body); // the same is valid
    createdAt = createdAt.truncatedTo(ChronoUnit.MICROS);
  }
}
