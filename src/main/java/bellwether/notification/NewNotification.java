package bellwether.notification;

import bellwether.wire.PlainText;
import bellwether.wire.UriText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks to have sent. Every instance is valid; the constructor's {@link
 * IllegalArgumentException} says in words fit for an API user what is not.
 *
 * @param user for whom: 1 to 255 characters that can be seen, and spaces inside; null for everyone
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
  private static final int MAX_USER_LENGTH = 255; // of a subject, as OpenID Connect has it
  private static final int MAX_USER_LENGTH_IN_URL = 1000; // with which it is no topic too long
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
   * Checks a user's name, such as an identity provider gives it. What cannot be seen could make two
   * names look the same.
   *
   * @throws IllegalArgumentException if it is none
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
