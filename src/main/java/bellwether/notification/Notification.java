package bellwether.notification;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A notification that has been stored, for one user or for everyone.
 *
 * @param createdAt when it was stored, to the microsecond, as in the databases
 */
public record Notification(long id, NewNotification content, Instant createdAt) {

  public Notification {
    createdAt = createdAt.truncatedTo(ChronoUnit.MICROS);
  }

  /** Returns the recipient, or null for everyone. */
  public @Nullable String user() {
    return content.user();
  }
}
