package bellwether.faults;

import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** How numbered events are asked to be published, and what the answer to that says. */
public final class PublishRequests {
  private PublishRequests() {}

  /** One event, as a form. */
  static String one(NumberedEvent event, String idempotencyKey, String key) {
    Topic topic = event.topic();
    String form = "topic=" + encoded(topic.name()) + "&data=" + encoded(event.data());
    form += topic.kind() == Topic.Kind.SECRET ? "&private=on" : "";
    form += topic.kind() == Topic.Kind.NAMED ? "&id=" + encoded(topic.ownId(event.number())) : "";
    return request("application/x-www-form-urlencoded", form, idempotencyKey, key);
  }

  /** Several, as JSON lines. */
  static String many(List<NumberedEvent> events, String idempotencyKey, String key) {
    StringBuilder lines = new StringBuilder();
    for (NumberedEvent event : events) {
      lines.append(json(event)).append('\n');
    }
    return request("application/x-ndjson", lines.toString(), idempotencyKey, key);
  }

  /** Any form. */
  public static String form(String form, String idempotencyKey, String key) {
    return request("application/x-www-form-urlencoded", form, idempotencyKey, key);
  }

  private static String json(NumberedEvent event) {
    Topic topic = event.topic();
    JsonObjectBuilder json =
        Json.createObjectBuilder().add("topic", topic.name()).add("data", event.data());
    if (topic.kind() == Topic.Kind.SECRET) {
      json.add("private", true);
    }
    if (topic.kind() == Topic.Kind.NAMED) {
      json.add("id", topic.ownId(event.number()));
    }
    return json.build().toString();
  }

  private static String request(String type, String body, String idempotencyKey, String key) {
    return "POST /events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n".formatted(key)
        + "Idempotency-Key: %s\r\nContent-Type: %s\r\n".formatted(idempotencyKey, type)
        + "Content-Length: %d\r\n\r\n".formatted(body.getBytes(StandardCharsets.UTF_8).length)
        + body;
  }

  /** The ids of the events, in their order, from the answer to {@link #one} or {@link #many}. */
  static List<String> ids(String body) {
    if (!body.startsWith("{")) {
      return List.of(body);
    }
    try (JsonReader reader = Json.createReader(new StringReader(body))) {
      return reader.readObject().getJsonArray("ids").getValuesAs(JsonString::getString);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
