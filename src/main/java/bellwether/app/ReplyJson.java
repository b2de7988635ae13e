package bellwether.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.exchange.Reply;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.util.HashMap;
import java.util.Map;

/** An answer to a client as JSON, which one node makes and another one gives. */
final class ReplyJson {
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());

  private ReplyJson() {}

  static JsonObject of(Reply reply) {
    JsonObjectBuilder headers = json.createObjectBuilder();
    reply.headers().forEach(headers::add);
    return json.createObjectBuilder()
        .add("status", reply.status())
        .add("type", reply.mediaType())
        .add("headers", headers)
        .add("body", new String(reply.body(), UTF_8))
        .build();
  }

  static Reply parse(JsonObject reply) {
    Map<String, String> headers = new HashMap<>();
    reply
        .getJsonObject("headers")
        .forEach((name, value) -> headers.put(name, ((JsonString) value).getString()));
    return new Reply(
        reply.getInt("status"),
        reply.getString("type"),
        headers,
        reply.getString("body").getBytes(UTF_8));
  }
}
