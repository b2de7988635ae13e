package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.wire.MessageEvent;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A notification in the table, however it got there, reaches those whom it is for, once. */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN")
class NotificationIT {
  private static final Map<String, String> KEY_HOLDER =
      Map.of("Authorization", "Bearer " + Bellwether.KEY);

  private static final Bellwether.Shared servers =
      new Bellwether.Shared(server -> server.setting("bellwether.notification.interval", "100ms"));

  private final Bellwether server;
  private final String title = "Glocke \uD83D\uDD14 " + UUID.randomUUID();

  NotificationIT(Container container) {
    server = servers.on(container);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void oneToEveryoneIsKeptListedAndPublished() {
    try (OpenStream stream = server.stream("topic", "notifications").opened()) {
      HttpResponse<String> made =
          server.json("POST", "api/notifications", body(title, "two\nlines", null));
      assertThat(made.statusCode()).isEqualTo(201);
      MessageEvent event = stream.next();
      assertThat(event.type()).isEqualTo("notification");
      assertThat(object(event.data())).isEqualTo(object(made.body()));
      assertThat(object(event.data()).getString("body")).isEqualTo("two\nlines");
    }
    JsonArray list = list("api/notifications?limit=1");
    assertThat(list).hasSize(1);
    assertThat(list.getJsonObject(0).getString("title")).isEqualTo(title);
  }

  @Test
  void oneToAUserIsForKeyHoldersOnly() {
    try (OpenStream insider = server.stream(KEY_HOLDER, "topic", "notifications/{user}").opened();
        OpenStream outsider =
            server.stream("topic", "notifications/ada", "topic", "notifications").opened()) {
      server.json("POST", "api/notifications", body(title, "", "ada"));
      server.json("POST", "api/notifications", body(title + " to all", "", null));
      JsonObject received = object(insider.next().data());
      assertThat(received.getString("title")).isEqualTo(title);
      assertThat(received.getString("user")).isEqualTo("ada");
      assertThat(object(outsider.next().data()).getString("title")).isEqualTo(title + " to all");
    }
    assertThat(server.get("api/notifications").body()).doesNotContain(title + '"');
    assertThat(server.get("api/notifications?user=ada").statusCode()).isEqualTo(401);
    HttpResponse<String> listed =
        server.get("api/notifications?user=ada", "Authorization", "Bearer " + Bellwether.KEY);
    assertThat(listed.body()).contains(title + '"', title + " to all");
  }

  @Test
  void aRowThatAnotherProgramAddsIsPublishedOnce() {
    try (OpenStream stream = server.stream("topic", "notifications").opened()) {
      insert(title + " 1");
      assertThat(object(stream.next().data()).getString("title")).isEqualTo(title + " 1");
      insert(title + " 2");
      assertThat(object(stream.next().data()).getString("title")).isEqualTo(title + " 2");
    }
  }

  private void insert(String newTitle) {
    server.sql(
        "INSERT INTO notification (title, body, created_at) VALUES ('%s', '', CURRENT_TIMESTAMP)"
            .formatted(newTitle));
  }

  private JsonArray list(String path) {
    return object(server.get(path).body()).getJsonArray("notifications");
  }

  private static String body(String title, String body, @Nullable String user) {
    var object = Json.createObjectBuilder().add("title", title).add("body", body);
    return (user == null ? object : object.add("user", user)).build().toString();
  }

  private static JsonObject object(String text) {
    try (var reader = Json.createReader(new StringReader(text))) {
      return reader.readObject();
    }
  }
}
