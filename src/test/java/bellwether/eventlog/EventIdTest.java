package bellwether.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdTest {
  @ParameterizedTest
  @CsvSource({
    "bw012345678-0, 0",
    "bwabcdefxyz-10, 10",
    "bw012345678-999999999999999999, 999999999999999999"
  })
  void readsWhatItWrites(String text, long position) {
    EventId id = EventId.parse(text);

    assertThat(id).hasToString(text);
    assertThat(id).extracting(EventId::position).isEqualTo(position);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bw012345678",
        "bw012345678-",
        "bw012345678-01",
        "bw012345678-+1",
        "bw012345678--1",
        "bw012345678-9999999999999999999",
        "bw01234567-1",
        "bw0123456789-1",
        "bw01234567A-1",
        "xx012345678-1",
        " bw012345678-1",
        "bw012345678-1 "
      })
  void takesNothingElseForOneOfOurs(String text) {
    assertThat(EventId.parse(text)).isNull();
  }

  @Test
  void hasAnEpochAndNoNegativePosition() {
    assertThatIllegalArgumentException().isThrownBy(() -> new EventId("epoch", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new EventId("bw012345678", -1));
  }
}
