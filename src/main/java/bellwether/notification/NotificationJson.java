package bellwether.notification;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Notifications as JSON text, and out of the JSON of a request. */
public final class NotificationJson {
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());
  private static final Set<String> FIELDS = Set.of("user", "title", "body");

  private NotificationJson() {}

  public static String text(Notification notification) {
    return object(notification).build().toString();
  }

  public static String list(List<Notification> notifications) {
    JsonArrayBuilder array = json.createArrayBuilder();
    notifications.forEach(notification -> array.add(object(notification)));
    return json.createObjectBuilder().add("notifications", array).build().toString();
  }

  /**
   * What a request describes by {@code title} and, if it likes, {@code body} and {@code user}.
   *
   * @throws IllegalArgumentException saying which field is wrong, and how
   */
  public static NewNotification parse(JsonObject request) {
    for (String field : request.keySet()) {
      if (!FIELDS.contains(field)) {
        throw new IllegalArgumentException("unknown field \"" + field + '"');
      }
    }
    String title = string(request, "title");
    String body = string(request, "body");
    if (title == null) {
      throw new IllegalArgumentException("title is missing");
    }
    return new NewNotification(string(request, "user"), title, body == null ? "" : body);
  }

  private static JsonObjectBuilder object(Notification notification) {
    JsonObjectBuilder object = json.createObjectBuilder().add("id", notification.id());
    String user = notification.user();
    if (user == null) {
      object.addNull("user");
    } else {
      object.add("user", user);
    }
    return object
        .add("title", notification.title())
        .add("body", notification.body())
        .add("createdAt", notification.createdAt().toString());
  }

  /** Null for a field that is missing or null, which say the same here. */
  private static @Nullable String string(JsonObject request, String field) {
    JsonValue value = request.get(field);
    if (value == null || value == JsonValue.NULL) {
      return null;
    }
    if (value instanceof JsonString string) {
      return string.getString();
    }
    throw new IllegalArgumentException(field + " must be a string");
  }
}
