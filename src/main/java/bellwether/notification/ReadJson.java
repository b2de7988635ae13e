package bellwether.notification;

import bellwether.exchange.JsonFields;
import bellwether.wire.DecimalText;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import java.util.Map;
import java.util.Set;

/** Writes read marks as JSON, and parses them from the JSON of requests. */
public final class ReadJson {
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());

  private ReadJson() {}

  /** Returns the answer with a user's number of unread notifications. */
  public static String unread(String user, long unread) {
    return json.createObjectBuilder().add("user", user).add("unread", unread).build().toString();
  }

  static String text(ReadEvent event, long unread) {
    return json.createObjectBuilder()
        .add("user", event.user())
        .add(event.isUpTo() ? "upTo" : "id", event.notificationId())
        .add("unread", unread)
        .build()
        .toString();
  }

  /**
   * Parses a request to mark one notification: {@code user} and nothing else.
   *
   * @throws IllegalArgumentException saying which field is wrong, and how
   */
  public static String parseUser(JsonObject request) {
    return user(new JsonFields(request, Set.of("user")));
  }

  /**
   * Parses a request to mark all notifications up to one: {@code user} and {@code upTo}.
   *
   * @throws IllegalArgumentException saying which field is wrong, and how
   */
  public static UpTo parseUpTo(JsonObject request) {
    JsonFields fields = new JsonFields(request, Set.of("user", "upTo"));
    return new UpTo(user(fields), id(fields));
  }

  private static String user(JsonFields fields) {
    String user = JsonFields.required("user", fields.text("user"));
    NewNotification.requireUser(user);
    return user;
  }

  private static long id(JsonFields fields) {
    Long id =
        fields.value("upTo") instanceof JsonNumber number
            ? DecimalText.whole(number.bigDecimalValue(), 1, Long.MAX_VALUE)
            : null;
    if (id == null) {
      throw new IllegalArgumentException("upTo must be the id of a notification");
    }
    return id;
  }

  /** A user, and the newest of the notifications to mark. */
  public record UpTo(String user, long notificationId) {}
}
