package bellwether.notification;

import bellwether.wire.DecimalText;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import java.util.Map;
import java.util.Set;

/** Read marks as JSON text, and out of the JSON of a request. */
public final class ReadJson {
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());

  private ReadJson() {}

  /** How many notifications a user has not read. */
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
   * Who has read one notification: {@code user} and nothing else.
   *
   * @throws IllegalArgumentException saying which field is wrong, and how
   */
  public static String parseUser(JsonObject request) {
    NotificationJson.requireFields(request, Set.of("user"));
    return user(request);
  }

  /**
   * Who has read all up to which: {@code user} and {@code upTo}.
   *
   * @throws IllegalArgumentException saying which field is wrong, and how
   */
  public static UpTo parseUpTo(JsonObject request) {
    NotificationJson.requireFields(request, Set.of("user", "upTo"));
    return new UpTo(user(request), id(request));
  }

  private static String user(JsonObject request) {
    String user = NotificationJson.string(request, "user");
    if (user == null) {
      throw new IllegalArgumentException("user is missing");
    }
    NewNotification.requireUser(user);
    return user;
  }

  private static long id(JsonObject request) {
    Long id =
        request.get("upTo") instanceof JsonNumber number
            ? DecimalText.whole(number.bigDecimalValue(), 1, Long.MAX_VALUE)
            : null;
    if (id == null) {
      throw new IllegalArgumentException("upTo must be the id of a notification");
    }
    return id;
  }

  /** The user and the newest of the notifications that are meant. */
  public record UpTo(String user, long notificationId) {}
}
