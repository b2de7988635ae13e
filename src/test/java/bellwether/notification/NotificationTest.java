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
    assertThat(new NewNotification("u".repeat(255), "t", "").user()).hasSize(255);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        " a",
        "a ",
        "a\u00a0",
        "a\n",
        "a\u200b",
        "a\u202eb",
        "a\u2028b",
        "\ud83d"
      })
  void refusesWhatIsNoUser(String user) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NewNotification(user, "t", ""))
        .withMessageStartingWith("user ");
  }

  @Test
  void refusesWhatIsBeyondTheLimits() {
    assertRefused("u".repeat(256), "t", "", "user is longer than 255 characters");
    assertRefused(null, "", "", "title is empty");
    assertRefused(null, " ", "", "title is empty");
    assertRefused(null, "t".repeat(201), "", "title is longer than 200 characters");
    assertRefused(null, "a\nb", "", "title contains a control character");
    assertRefused(null, "\udc11", "", "title is not well-formed Unicode");
    assertRefused(null, "t", "b".repeat(4001), "body is longer than 4000 characters");
    assertRefused(null, "t", "a\u0000", "body contains a control character");
    assertRefused(null, "t", "\ud83d", "body is not well-formed Unicode");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com",
        "HTTP://example.com:8080/a%20b?q=1&r=%5B#x",
        "http://[::1]/",
        "stocks.html?symbol=BELL#prices",
        "../shop/",
        "?q",
        "#here",
        "/shop/stocks.html",
        "a/b:c"
      })
  void takesALinkToAWebPageOrAPath(String link) {
    assertThat(linked(link).link()).isEqualTo(link);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.com/",
        "blob:https://example.com/1",
        "mailto:ada@example.com",
        "a:b",
        "//example.com/",
        "///example.com/",
        "/\\example.com/",
        "https:example.com",
        "https:/example.com",
        "https:///example.com",
        "https://",
        "https://bank.example@example.com/",
        "https://example.com/\u202egpj.exe",
        "https://ex\u00e4mple.com/",
        "a b",
        "a\u0000",
        "%zz",
        "a\"b",
        "<b>"
      })
  void refusesALinkToAnythingElse(String link) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> linked(link))
        .withMessageStartingWith("link ");
  }

  @Test
  void takesALinkOfTwoThousandCharacters() {
    assertThat(linked("a".repeat(2000)).link()).hasSize(2000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> linked("a".repeat(2001)))
        .withMessage("link is longer than 2000 characters");
  }

  @Test
  void writesANotification() {
    assertThat(
            NotificationJson.text(
                new Notification(17, new NewNotification(null, "Hi", "a\nb"), TIME)))
        .isEqualTo(
            "{\"id\":17,\"user\":null,\"title\":\"Hi\",\"body\":\"a\\nb\","
                + "\"createdAt\":\"2026-11-21T05:24:00Z\",\"severity\":\"info\","
                + "\"link\":null,\"expiresAt\":null}");
    NewNotification full =
        new NewNotification("ada", "Hi", "", Severity.CRITICAL, "?q", TIME.plusNanos(1500));
    assertThat(NotificationJson.text(new Notification(18, full, TIME)))
        .contains("\"user\":\"ada\"")
        .endsWith(
            "\"severity\":\"critical\",\"link\":\"?q\","
                + "\"expiresAt\":\"2026-11-21T05:24:00.000001Z\"}");
  }

  @Test
  void writesAPage() {
    Notification notification = new Notification(1, new NewNotification(null, "t", ""), TIME);

    assertThat(NotificationJson.page(new NotificationPage(List.of(), null)))
        .isEqualTo("{\"notifications\":[]}");
    assertThat(NotificationJson.page(page(notification, null, null)))
        .startsWith("{\"notifications\":[{\"id\":1,")
        .doesNotContain("read")
        .doesNotContain("next");
    assertThat(NotificationJson.page(page(notification, true, 1L)))
        .endsWith(",\"read\":true}],\"next\":1}");
  }

  @Test
  void readsWhatIsGivenAndDefaultsTheRest() {
    assertThat(parse("{'title':'t'}")).isEqualTo(new NewNotification(null, "t", ""));
    assertThat(
            parse(
                "{'title':'t','user':null,'body':null,'severity':null,'link':null,"
                    + "'expiresAt':null}"))
        .isEqualTo(new NewNotification(null, "t", ""));
    assertThat(
            parse(
                "{'title':'t','user':'ada','body':'b','severity':'success','link':'x.html',"
                    + "'expiresAt':'2026-11-21T06:24:00.5+01:00'}"))
        .isEqualTo(
            new NewNotification("ada", "t", "b", Severity.SUCCESS, "x.html", TIME.plusMillis(500)));
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
        "{'title':'t','read':true}         | unknown field \"read\"",
        "{'title':'t','severity':'Info'}   | severity must be info, success, warning or critical",
        "{'title':'t','severity':1}        | severity must be a string",
        "{'title':'t','link':'data:,x'}    | link must be an http or https URL, or a path",
        "{'title':'t','link':[]}           | link must be a string",
        "{'title':'t','expiresAt':1}       | expiresAt must be a string",
        "{'title':'t','expiresAt':'soon'}  | expiresAt must be a time such as 2030-01-31T12:00:00Z",
        "{'title':'t','expiresAt':'2026-11-21T05:24:00Z'}  | expiresAt is not in the future",
        "{'title':'t','expiresAt':'+10000-01-01T00:00:00Z'} | expiresAt is after the year 9999",
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

  private static NewNotification linked(String link) {
    return new NewNotification(null, "t", "", Severity.INFO, link, null);
  }

  private static NotificationPage page(
      Notification notification, @Nullable Boolean isRead, @Nullable Long next) {
    return new NotificationPage(List.of(new NotificationPage.Item(notification, isRead)), next);
  }

  private static NewNotification parse(String body) {
    try (var reader = Json.createReader(new StringReader(body.replace('\'', '"')))) {
      JsonObject object = reader.readObject();
      return NotificationJson.parse(object, TIME);
    }
  }
}
