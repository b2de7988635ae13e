package bellwether.notification;

import bellwether.wire.PlainText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks to have sent. Every instance is valid; the constructor's {@link
 * IllegalArgumentException} says in words fit for an API user what is not.
 *
 * @param user for whom: 1 to 64 of {@code A-Z a-z 0-9 . _ ~ -}; null for everyone
 * @param title 1 to 200 characters, none of them a control character
 * @param body up to 4000 characters; lines and tabs are welcome, other control characters are not
 * @param link an {@code http} or {@code https} URL, or a path relative to the page that shows it,
 *     of up to 2000 characters; null for none
 * @param expiresAt from when on it is neither listed nor published, up to the year 9999 and kept to
 *     the microsecond, as the databases do; null for never
 */
public record NewNotification(
    @Nullable String user,
    String title,
    String body,
    Severity severity,
    @Nullable String link,
    @Nullable Instant expiresAt) {
  private static final Pattern USER = Pattern.compile("[A-Za-z0-9._~-]{1,64}");
  private static final int MAX_TITLE_LENGTH = 200;
  private static final int MAX_BODY_LENGTH = 4000;
  private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z"); // of RFC 3339

  public NewNotification {
    if (user != null) {
      requireUser(user);
    }
    if (title.isBlank()) {
      throw new IllegalArgumentException("title is empty");
    }
    PlainText.require("title", title, MAX_TITLE_LENGTH);
    PlainText.require("body", body, MAX_BODY_LENGTH, "\t\n\r");
    if (link != null) {
      Link.require(link);
    }
    if (expiresAt != null) {
      if (!expiresAt.isBefore(END)) {
        throw new IllegalArgumentException("expiresAt is after the year 9999");
      }
      expiresAt = expiresAt.truncatedTo(ChronoUnit.MICROS);
    }
  }

  /** For information, without a link, for ever. */
  public NewNotification(@Nullable String user, String title, String body) {
    this(user, title, body, Severity.INFO, null, null);
  }

  /**
   * Checks a user's name, which becomes part of a topic.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static void requireUser(String user) {
    if (!USER.matcher(user).matches()) {
      throw new IllegalArgumentException(
          "user must be 1 to 64 of A-Z, a-z, 0-9, dot, underscore, tilde and hyphen");
    }
  }
}
