package bellwether.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the golden corpus cannot say: moments, limits and misuse. */
class EventStreamParserTest {
  private final Recorder recorder = new Recorder();
  private final EventStreamParser parser = new EventStreamParser(recorder);

  @ParameterizedTest
  @ValueSource(strings = {"data: x\n\n", "data: x\r\r", "data: x\r\n\r", "data: x\n\r"})
  void dispatchesAtTheByteThatEndsTheBlock(String block) {
    parser.feed(bytes(block.substring(0, block.length() - 1)));
    assertThat(recorder.events).isEmpty();

    parser.feed(bytes(block.substring(block.length() - 1)));
    assertThat(recorder.events).containsExactly(new MessageEvent("message", "x", ""));
  }

  @Test
  void commitsTheIdAtTheBlankLine() {
    parser.feed(bytes("id: 7\ndata: x\n"));
    assertThat(parser.lastEventId()).isEmpty();

    parser.feed(bytes("\n"));
    assertThat(parser.lastEventId()).isEqualTo("7");
  }

  @Test
  void hasCommittedTheIdWhenTheListenerHearsOfTheEvent() {
    List<String> ids = new ArrayList<>();
    EventStreamParser[] self = new EventStreamParser[1];
    self[0] = new EventStreamParser(event -> ids.add(self[0].lastEventId()));
    self[0].feed(bytes("retry: 1\n: comment\nid: 7\ndata: x\n\n"));
    assertThat(ids).containsExactly("7");
  }

  @Test
  void readsOnlyTheGivenPartOfTheArray() {
    parser.feed(bytes("data: a\n\ndata: b\n\ndata: c\n\n"), 9, 9);
    assertThat(recorder.events).containsExactly(new MessageEvent("message", "b", ""));
  }

  @Test
  void refusesAPartOutsideTheArray() {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> parser.feed(new byte[3], 2, 2));
  }

  @Test
  void acceptsALineOfJustTheLimit() {
    EventStreamParser limited = new EventStreamParser(recorder, 9);
    limited.feed(bytes("data: 789\r\n\r\n:23456789\n"));
    assertThat(recorder.told)
        .containsExactly("event `message` data `789` id ``", "comment `23456789`");
  }

  @ParameterizedTest
  @ValueSource(strings = {"data: 7890", ":234567890", "id: 567890", "unknown890"})
  void refusesALongerLineBeforeItEnds(String line) {
    for (Chunking chunking : List.of(Chunking.whole(), Chunking.by(1))) {
      EventStreamParser limited = new EventStreamParser(recorder, 9);
      assertThatExceptionOfType(EventTooLargeException.class)
          .isThrownBy(() -> chunking.feed(bytes(line), limited))
          .withMessageContaining("9 bytes");
    }
  }

  @Test
  void acceptsDataOfJustTheLimitAgainAndAgain() {
    EventStreamParser limited = new EventStreamParser(recorder, 9);
    limited.feed(bytes("data:1234\ndata:6789\n\n".repeat(3)));
    assertThat(recorder.events)
        .hasSize(3)
        .containsOnly(new MessageEvent("message", "1234\n6789", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"data:1234\ndata:6789\ndata\n", "data\ndata:\ndata\ndata:4567\ndata:9\n"})
  void refusesMoreDataThanTheLimit(String lines) {
    EventStreamParser limited = new EventStreamParser(recorder, 9);
    assertThatExceptionOfType(EventTooLargeException.class)
        .isThrownBy(() -> limited.feed(bytes(lines + "data: x\n\n")));
    assertThat(recorder.events).isEmpty();
  }

  @Test
  void countsNeitherCommentsNorBlankLinesAsData() {
    EventStreamParser limited = new EventStreamParser(recorder, 9);
    limited.feed(bytes(":\n".repeat(100) + "\n".repeat(100) + "data:x\n\n"));
    assertThat(recorder.events).hasSize(1);
  }

  @Test
  void keepsRefusingAfterTooLarge() {
    EventStreamParser limited = new EventStreamParser(recorder, 9);
    assertThatExceptionOfType(EventTooLargeException.class)
        .isThrownBy(() -> limited.feed(bytes("data:a\n\n1234567890\n\ndata:b\n\n")));
    for (String more : List.of("", "\n", "\n\ndata:c\n\n")) {
      assertThatExceptionOfType(EventTooLargeException.class)
          .isThrownBy(() -> limited.feed(bytes(more)));
    }
    assertThat(recorder.events).containsExactly(new MessageEvent("message", "a", ""));
  }

  @Test
  void takesLinesOfAMegabyteByDefault() {
    String text = "x".repeat(1 << 20);
    parser.feed(bytes("data: " + text + "\ndata: " + text + "\n\n"));
    assertThat(recorder.events)
        .containsExactly(new MessageEvent("message", text + "\n" + text, ""));
  }

  @Test
  void needsAPositiveLimit() {
    assertThatIllegalArgumentException().isThrownBy(() -> new EventStreamParser(recorder, 0));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
