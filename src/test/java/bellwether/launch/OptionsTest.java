package bellwether.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

  @Test
  void withoutOptionsItListensOnPort8080AtTheRoot() {
    assertThat(Options.parse(List.of())).isEqualTo(new Options(false, false, "", 8080, ""));
  }

  @Test
  void valuesMayStandApartOrBehindAnEqualsSign() {
    assertThat(
            Options.parse(
                List.of("--port", "0", "--host=127.0.0.1", "--context-path", "/shop/live")))
        .isEqualTo(new Options(false, false, "127.0.0.1", 0, "/shop/live"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--port", "--port=x", "--port=65536", "--port=-1", "--context-path=live", "--no"})
  void refusesWhatItDoesNotUnderstand(String word) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse(List.of(word)))
        .withMessageContaining("--");
  }
}
