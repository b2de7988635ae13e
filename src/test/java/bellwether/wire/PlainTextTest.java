package bellwether.wire;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
  @ParameterizedTest
  @ValueSource(strings = {"", " ", "abcd", "\u00e9\u4e2d\u202e", "\ud83d\udc11\ud83d\udc11"})
  void takesWellFormedTextUpToItsLength(String text) {
    assertThatNoException().isThrownBy(() -> PlainText.require("name", text, 4));
  }

  @Test
  void refusesWhatIsTooLong() {
    assertRefused("abcde", "", "name is longer than 4 characters");
    assertRefused("\ud83d\udc11".repeat(5), "", "name is longer than 4 characters");
  }

  @Test
  void countsAnEmojiAsOneCharacter() {
    PlainText.require("name", "\ud83d\udc11".repeat(4), 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\n", "\t", "\u0000", "\u007f", "\u0085"})
  void refusesControlCharacters(String text) {
    assertRefused(text, "", "name contains a control character");
  }

  @Test
  void takesTheControlCharactersThatAreAllowedAndNoOthers() {
    assertThatNoException().isThrownBy(() -> PlainText.require("body", "a\r\n\t", 4, "\t\n\r"));
    assertRefused("a\n\f", "\t\n\r", "name contains a control character");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d", "a\udc11", "\udc11\ud83d", "\ud83da"})
  void refusesHalvesOfSurrogatePairs(String text) {
    assertRefused(text, "", "name is not well-formed Unicode");
  }

  private static void assertRefused(String text, String allowed, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PlainText.require("name", text, 4, allowed))
        .withMessage(reason);
  }
}
