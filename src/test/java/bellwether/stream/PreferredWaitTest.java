package bellwether.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.fixtures.Exchange;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferredWaitTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wait=25 | 25",
        "wait=0 | 0",
        "WAIT = 7 | 7",
        "wait=\"10\" | 10",
        "respond-async, wait=10 | 10",
        "a=\"x, wait=1\", wait=2 | 2",
        "a=b;c=\"d,e\", wait=3;f | 3",
        "wait=4, wait=5 | 4",
        "wait=3600 | 55",
        "wait=999999999 | 55"
      })
  void isAsLongAsTheClientSaysUpToOurOwnMost(String prefer, int seconds) {
    assertThat(of(prefer)).hasValue(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "respond-async", "return=minimal; wait=5", "x=\"wait=5\"", "=", "\""})
  void isNotThereIfTheClientDoesNotSay(String prefer) {
    assertThat(of(prefer)).isEmpty();
  }

  @Test
  void isNotThereWithoutTheHeader() {
    assertThat(PreferredWait.of(new Exchange("GET", "/events", null).request())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"wait", "wait=", "wait=soon", "wait=-1", "wait=1.5", "wait=12345678901"})
  void isRefusedIfItIsNoNumberOfSeconds(String prefer) {
    assertThatThrownBy(() -> of(prefer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("wait in Prefer");
  }

  private static Optional<Duration> of(String prefer) {
    return PreferredWait.of(new Exchange("GET", "/events", null).with("Prefer", prefer).request());
  }
}
