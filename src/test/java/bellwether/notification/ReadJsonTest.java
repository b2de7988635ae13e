package bellwether.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadJsonTest {
  @Test
  void writesWhatWasReadAndHowManyAreLeft() {
    assertThat(ReadJson.text(new ReadEvent(1, "ada", 17, false, Instant.EPOCH), 2))
        .isEqualTo("{\"user\":\"ada\",\"id\":17,\"unread\":2}");
    assertThat(ReadJson.text(new ReadEvent(1, "ada", 17, true, Instant.EPOCH), 0))
        .isEqualTo("{\"user\":\"ada\",\"upTo\":17,\"unread\":0}");
    assertThat(ReadJson.unread("ada", 3)).isEqualTo("{\"user\":\"ada\",\"unread\":3}");
  }

  @Test
  void readsWhoHasReadWhat() {
    assertThat(ReadJson.parseUser(object("{'user':'ada'}"))).isEqualTo("ada");
    assertThat(ReadJson.parseUpTo(object("{'user':'ada','upTo':9007199254740993}")))
        .isEqualTo(new ReadJson.UpTo("ada", 9007199254740993L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                      | user is missing",
        "{'upTo':1}                              | user is missing",
        "{'user':1,'upTo':1}                     | user must be a string",
        "{'user':'ada'}                          | upTo must be the id of a notification",
        "{'user':'ada','upTo':null}              | upTo must be the id of a notification",
        "{'user':'ada','upTo':'1'}               | upTo must be the id of a notification",
        "{'user':'ada','upTo':0}                 | upTo must be the id of a notification",
        "{'user':'ada','upTo':1.5}               | upTo must be the id of a notification",
        "{'user':'ada','upTo':9223372036854775808} | upTo must be the id of a notification",
        "{'user':'ada','upTo':1e99999}           | upTo must be the id of a notification",
        "{'user':'ada','upTo':1,'id':1}          | unknown field \"id\"",
      })
  void saysWhichFieldIsWrong(String body, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReadJson.parseUpTo(object(body)))
        .withMessage(message);
  }

  @Test
  void refusesAnythingBesideTheUserOfOneMark() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReadJson.parseUser(object("{'user':'ada','read':false}")))
        .withMessage("unknown field \"read\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReadJson.parseUser(object("{'user':' a'}")))
        .withMessageStartingWith("user begins or ends with a space");
  }

  private static JsonObject object(String text) {
    try (var reader = Json.createReader(new StringReader(text.replace('\'', '"')))) {
      return reader.readObject();
    }
  }
}
