package bellwether.notification;

import bellwether.exchange.JsonFields;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes notifications as JSON, and parses them from the JSON of requests. */
public final class NotificationJson {
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());
  private static final Set<String> FIELDS =
      Set.of("user", "title", "body", "severity", "link", "expiresAt");

  private NotificationJson() {}

  public static String text(Notification notification) {
    return object(notification).build().toString();
  }

  public static String page(NotificationPage page) {
    JsonArrayBuilder array = json.createArrayBuilder();
    page.items().forEach(item -> array.add(object(item)));
    JsonObjectBuilder object = json.createObjectBuilder().add("notifications", array);
    Long next = page.next();
    if (next != null) {
      object.add("next", next);
    }
    return object.build().toString();
  }

  /**
   * Parses the body of a request: {@code title} and optionally the other fields.
   *
   * @param now the current time; {@code expiresAt} must be later
   * @throws IllegalArgumentException saying which field is wrong, and how
   */
  public static NewNotification parse(JsonObject request, Instant now) {
    JsonFields fields = new JsonFields(request, FIELDS);
    String title = JsonFields.required("title", fields.text("title"));
    String body = fields.text("body");
    String severity = fields.text("severity");
    return new NewNotification(
        fields.text("user"),
        title,
        body == null ? "" : body,
        severity == null ? Severity.INFO : Severity.of(severity),
        fields.text("link"),
        expiresAt(fields.text("expiresAt"), now));
  }

  private static @Nullable Instant expiresAt(@Nullable String text, Instant now) {
    if (text == null) {
      return null;
    }
    Instant expiresAt;
    try {
      expiresAt = OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("expiresAt must be a time such as 2030-01-31T12:00:00Z");
    }
    if (!expiresAt.isAfter(now)) {
      throw new IllegalArgumentException("expiresAt is not in the future");
    }
    return expiresAt;
  }

  private static JsonObjectBuilder object(NotificationPage.Item item) {
    JsonObjectBuilder object = object(item.notification());
    Boolean isRead = item.isRead();
    return isRead == null ? object : object.add("read", isRead);
  }

  private static JsonObjectBuilder object(Notification notification) {
    NewNotification content = notification.content();
    Instant expiresAt = content.expiresAt();
    JsonObjectBuilder object = json.createObjectBuilder().add("id", notification.id());
    add(object, "user", content.user());
    object
        .add("title", content.title())
        .add("body", content.body())
        .add("createdAt", notification.createdAt().toString())
        .add("severity", content.severity().word());
    add(object, "link", content.link());
    add(object, "expiresAt", expiresAt == null ? null : expiresAt.toString());
    return object;
  }

  private static void add(JsonObjectBuilder object, String field, @Nullable String text) {
    if (text == null) {
      object.addNull(field);
    } else {
      object.add(field, text);
    }
  }
}
