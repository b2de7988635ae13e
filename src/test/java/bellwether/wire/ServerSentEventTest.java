package bellwether.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerSentEventTest {

  @Test
  void isOfDataAlone() {
    assertThat(ServerSentEvent.of("x")).isEqualTo(new ServerSentEvent(null, null, "x", null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "a\nb", "a\rb", "a\r\nb", "a\n", "\ra", "\0\n"})
  void refusesALineBreakInIdAndType(String value) {
    refuses(value, "x", "id contains a line break");
    refuses("1", value, "type contains a line break");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "a\0", "\0b"})
  void refusesANulInIdAndType(String value) {
    refuses(value, "x", "id contains a NUL character");
    refuses("1", value, "type contains a NUL character");
  }

  @Test
  void refusesLoneSurrogatesInIdAndType() {
    for (String value :
        new String[] {"\uD83D", "a\uDE00", "\uDE00\uD83D", "\uD83D\uDE00\uDE00", "\uD83D\uD83D"}) {
      refuses(value, "x", "id contains half of a surrogate pair");
      refuses("1", value, "type contains half of a surrogate pair");
    }
  }

  @Test
  void refusesAnEmptyType() {
    refuses("1", "", "type is empty");
  }

  @Test
  void acceptsAnEmptyId() {
    assertThat(new ServerSentEvent("", null, "", null).id()).isEmpty();
  }

  @Test
  void refusesANegativeRetry() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ServerSentEvent(null, null, "", Duration.ofNanos(-1)))
        .withMessage("retry is negative");
  }

  @Test
  void refusesARetryTooLongForItsDigits() {
    Duration longest = Duration.ofMillis(Long.MAX_VALUE);
    assertThat(new ServerSentEvent(null, null, "", longest).retry()).isEqualTo(longest);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ServerSentEvent(null, null, "", longest.plusMillis(1)))
        .withMessage("retry is too long");
  }

  @Test
  void acceptsAnyOtherCharacterInIdAndType() {
    String odd = " :\t\u0001\u0085\u2028\uFEFF\uFFFF\uD83D\uDE00 ";
    ServerSentEvent event = new ServerSentEvent(odd, odd, odd, null);
    Recorder recorder = new Recorder();
    new EventStreamParser(recorder).feed(EventStreamEncoder.encode(event));
    assertThat(recorder.events).containsExactly(new MessageEvent(odd, odd, odd));
  }

  @Test
  void returnsTheValueItFoundOnASingleLine() {
    assertThat(ServerSentEvent.requireSingleLine("topic", "a b")).isEqualTo("a b");
    assertThat(ServerSentEvent.requireSingleLine("topic", "")).isEmpty();
  }

  @Test
  void namesTheFieldOfTheCaller() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerSentEvent.requireSingleLine("topic", "a\rb"))
        .withMessage("topic contains a line break");
  }

  private static void refuses(@Nullable String id, @Nullable String type, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ServerSentEvent(id, type, "", null))
        .withMessage(message);
  }
}
