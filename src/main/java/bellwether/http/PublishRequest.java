package bellwether.http;

import bellwether.eventlog.Publication;
import bellwether.eventlog.Topic;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a {@code POST} to a stream's URL asks to have published. */
final class PublishRequest {
  private static final int MOST_RETRY_DIGITS = 9; // eleven days in milliseconds

  private PublishRequest() {}

  /**
   * Reads the form: {@code topic} (one or more), {@code data}, {@code type}, {@code id}, {@code
   * retry}, {@code private} (its presence says it). Other fields are ignored, as in Mercure.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static Publication of(Form form, @Nullable String idempotencyKey) {
    String data = form.one("data");
    return new Publication(
        form.all("topic").stream().map(Topic::new).toList(),
        form.has("private"),
        emptyIsAbsent(form.one("id")),
        emptyIsAbsent(form.one("type")),
        retry(emptyIsAbsent(form.one("retry"))),
        data == null ? "" : data,
        idempotencyKey);
  }

  private static @Nullable Duration retry(@Nullable String text) {
    if (text == null) {
      return null;
    }
    boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits || text.length() > MOST_RETRY_DIGITS) {
      throw new IllegalArgumentException(
          "retry must be milliseconds in at most " + MOST_RETRY_DIGITS + " digits");
    }
    return Duration.ofMillis(Long.parseLong(text));
  }

  private static @Nullable String emptyIsAbsent(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
