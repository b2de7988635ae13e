package bellwether.notification;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A message to one user or to everyone, as it was kept.
 *
 * @param createdAt kept to the microsecond, as the databases do
 */
public record Notification(long id, NewNotification content, Instant createdAt) {

  public Notification {
    createdAt = createdAt.truncatedTo(ChronoUnit.MICROS);
  }

  /** For whom; null for everyone. */
  public @Nullable String user() {
    return content.user();
  }
}
