package bellwether.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationTest {
  private static final Instant TIME = Instant.parse("2026-11-21T05:24:00Z");

  @Test
  void takesWhatIsWithinTheLimits() {
    var notification = new NewNotification("a.B_9~-", "t".repeat(200), "b".repeat(4000));

    assertThat(notification.body()).hasSize(4000);
    assertThat(new NewNotification(null, "t", "two\r\nlines\tand a tab").user()).isNull();
    assertThat(new NewNotification("u".repeat(64), "t", "").user()).hasSize(64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a/b", "a\n", "é", "{user}", "*", "a%20b"})
  void refusesWhatIsNoUser(String user) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NewNotification(user, "t", ""))
        .withMessageStartingWith("user must be");
  }

  @Test
  void refusesWhatIsBeyondTheLimits() {
    assertRefused("u".repeat(65), "t", "", "user must be");
    assertRefused(null, "", "", "title is empty");
    assertRefused(null, " ", "", "title is empty");
    assertRefused(null, "t".repeat(201), "", "title is longer than 200 characters");
    assertRefused(null, "a\nb", "", "title contains a control character");
    assertRefused(null, "\udc11", "", "title is not well-formed Unicode");
    assertRefused(null, "t", "b".repeat(4001), "body is longer than 4000 characters");
    assertRefused(null, "t", "a\u0000", "body contains a control character");
    assertRefused(null, "t", "\ud83d", "body is not well-formed Unicode");
  }

  @Test
  void writesANotification() {
    assertThat(NotificationJson.text(new Notification(17, null, "Hi", "a\nb", TIME)))
        .isEqualTo(
            "{\"id\":17,\"user\":null,\"title\":\"Hi\",\"body\":\"a\\nb\","
                + "\"createdAt\":\"2026-11-21T05:24:00Z\"}");
    assertThat(NotificationJson.text(new Notification(18, "ada", "Hi", "", TIME)))
        .contains("\"user\":\"ada\"");
  }

  @Test
  void writesAList() {
    assertThat(NotificationJson.list(List.of())).isEqualTo("{\"notifications\":[]}");
    assertThat(NotificationJson.list(List.of(new Notification(1, null, "t", "", TIME))))
        .startsWith("{\"notifications\":[{\"id\":1,");
  }

  @Test
  void readsWhatIsGivenAndDefaultsTheRest() {
    assertThat(parse("{'title':'t'}")).isEqualTo(new NewNotification(null, "t", ""));
    assertThat(parse("{'title':'t','user':null,'body':null}"))
        .isEqualTo(new NewNotification(null, "t", ""));
    assertThat(parse("{'title':'t','user':'ada','body':'b'}"))
        .isEqualTo(new NewNotification("ada", "t", "b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                       | title is missing",
        "{'title':null}           | title is missing",
        "{'title':1}              | title must be a string",
        "{'title':'t','body':{}}  | body must be a string",
        "{'title':'t','user':7}   | user must be a string",
        "{'title':'t','id':7}     | unknown field \"id\"",
      })
  void saysWhichFieldIsWrong(String body, String message) {
    assertThatIllegalArgumentException().isThrownBy(() -> parse(body)).withMessage(message);
  }

  private static void assertRefused(
      @Nullable String user, String title, String body, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NewNotification(user, title, body))
        .withMessageStartingWith(message);
  }

  private static NewNotification parse(String body) {
    try (var reader = Json.createReader(new StringReader(body.replace('\'', '"')))) {
      JsonObject object = reader.readObject();
      return NotificationJson.parse(object);
    }
  }
}
