package bellwether.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class StreamKeyTest {
  private static final String TEXT = "0000000000000001fffffffffffffffe";

  private final StreamKey key = new StreamKey(1, -2);

  @Test
  void isWrittenInThirtyTwoDigits() {
    assertThat(key.text()).isEqualTo(TEXT);
  }

  @Test
  void isReadFromItsTextOnly() {
    assertThat(StreamKey.parse(TEXT)).isEqualTo(key);
    assertThat(StreamKey.parse(TEXT.substring(1))).isNull();
    assertThat(StreamKey.parse(TEXT.toUpperCase(Locale.ROOT))).isNull();
  }

  @Test
  void takesAllItsBitsFromTheGeneratorInOneCall() {
    RandomGenerator atOnce =
        new RandomGenerator() {
          private boolean isAsked;

          @Override
          public void nextBytes(byte[] bytes) {
            assertThat(isAsked).isFalse();
            isAsked = true;
            Arrays.fill(bytes, 0, 8, (byte) 0x12);
            Arrays.fill(bytes, 8, 16, (byte) 0xef);
          }

          @Override
          public long nextLong() {
            throw new AssertionError("asked again for each part");
          }
        };
    assertThat(StreamKey.random(0xabcd1234, atOnce).text())
        .isEqualTo("abcd123412121212efefefefefefefef");
  }

  @Test
  void isNamedInTheDataOfACursorEvent() {
    assertThat(StreamServlet.cursorData(key)).isEqualTo("{\"url\":\"events/" + TEXT + "\"}");
  }
}
