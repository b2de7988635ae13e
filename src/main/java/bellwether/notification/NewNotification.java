package bellwether.notification;

import bellwether.wire.PlainText;
import bellwether.wire.UriText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A notification that a client asks to send. Every instance is valid; the message of the
 * constructor's {@link IllegalArgumentException} is fit for API users.
 *
 * @param user the recipient: 1 to 255 visible characters, and spaces inside; null for everyone
 * @param title 1 to 200 characters, none of them a control character
 * @param body up to 4000 characters; line breaks and tabs are allowed, other control characters are
 *     not
 * @param link an {@code http} or {@code https} URL, or a path relative to the page that shows it,
 *     of up to 2000 characters; null for none
 * @param expiresAt the time from which it is neither listed nor published, up to the year 9999, to
 *     the microsecond, as in the databases; null for never
 */
public record NewNotification(
    @Nullable String user,
    String title,
    String body,
    Severity severity,
    @Nullable String link,
    @Nullable Instant expiresAt) {
  private static final int MAX_USER_LENGTH = 255; // the limit of OpenID Connect for a subject
  private static final int MAX_USER_LENGTH_IN_URL = 1000; // so the topic is not too long
  private static final int MAX_TITLE_LENGTH = 200;
  private static final int MAX_BODY_LENGTH = 4000;
  private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z"); // of RFC 3339's times

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

  /**
   * Creates a notification of severity {@link Severity#INFO}, without a link, that never expires.
   */
  public NewNotification(@Nullable String user, String title, String body) {
    this(user, title, body, Severity.INFO, null, null);
  }

  /**
   * Checks a user's name, as an identity provider gives it. Invisible characters are refused, since
   * they could make two names look the same.
   *
   * @throws IllegalArgumentException if it is not valid
   */
  public static void requireUser(String user) {
    PlainText.require("user", user, MAX_USER_LENGTH);
    if (user.isEmpty()) {
      throw new IllegalArgumentException("user is empty");
    }
    if (Character.isSpaceChar(user.codePointAt(0))
        || Character.isSpaceChar(user.codePointBefore(user.length()))) {
      throw new IllegalArgumentException("user begins or ends with a space");
    }
    if (user.codePoints().anyMatch(NewNotification::isInvisible)) {
      throw new IllegalArgumentException("user contains an invisible character");
    }
    if (UriText.encode(user).length() > MAX_USER_LENGTH_IN_URL) {
      throw new IllegalArgumentException(
          "user is longer than " + MAX_USER_LENGTH_IN_URL + " characters once percent-encoded");
    }
  }

  private static boolean isInvisible(int character) {
    return switch (Character.getType(character)) {
      case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      default -> false;
    };
  }
}
