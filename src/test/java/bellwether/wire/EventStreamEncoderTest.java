package bellwether.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Fields and frames; what becomes of data is in the golden corpus. */
class EventStreamEncoderTest {

  @Test
  void writesTheFieldsInAFixedOrder() {
    assertThat(encode(new ServerSentEvent("7", "quote", "GOOG\n556", Duration.ofSeconds(10))))
        .isEqualTo("id: 7\nevent: quote\nretry: 10000\ndata: GOOG\ndata: 556\n\n");
  }

  @Test
  void writesOnlyTheFieldsThereAre() {
    assertThat(encode(ServerSentEvent.of("x"))).isEqualTo("data: x\n\n");
  }

  @Test
  void writesAnEmptyIdToResetTheCursor() {
    assertThat(encode(new ServerSentEvent("", null, "x", null))).isEqualTo("id: \ndata: x\n\n");
  }

  @Test
  void protectsALeadingSpaceInEveryField() {
    assertThat(encode(new ServerSentEvent(" i", " t", " d", null)))
        .isEqualTo("id:  i\nevent:  t\ndata:  d\n\n");
  }

  @Test
  void writesTheShortestAndTheLongestRetry() {
    assertThat(encode(new ServerSentEvent(null, null, "", Duration.ZERO))).startsWith("retry: 0\n");
    assertThat(encode(new ServerSentEvent(null, null, "", Duration.ofNanos(1_999_999))))
        .startsWith("retry: 1\n");
    assertThat(encode(new ServerSentEvent(null, null, "", Duration.ofMillis(Long.MAX_VALUE))))
        .startsWith("retry: 9223372036854775807\n");
  }

  @Test
  void countsTheBytesOfTheIdLine() {
    assertThat(idLength(null)).isZero();
    assertThat(idLength("")).isEqualTo("id: \n".length());
    assertThat(idLength("7")).isEqualTo("id: 7\n".length());
    assertThat(idLength("\u00E9\uD83D\uDE00")).isEqualTo("id: \n".length() + 2 + 4);
  }

  @Test
  void leavesTheSameEventWithoutAnIdWhenTheIdLineIsSkipped() {
    ServerSentEvent event = new ServerSentEvent("\u00E97", "t", "a\nb", Duration.ofMillis(5));
    byte[] block = EventStreamEncoder.encode(event);
    byte[] rest = Arrays.copyOfRange(block, EventStreamEncoder.idLength(event), block.length);
    assertThat(rest)
        .isEqualTo(
            EventStreamEncoder.encode(new ServerSentEvent(null, "t", "a\nb", event.retry())));
  }

  @Test
  void beatsWithACommentAndNoBlankLine() {
    assertThat(new String(EventStreamEncoder.heartbeat(), UTF_8)).isEqualTo(":\n");
  }

  @Test
  void opensWithACommentAndTheReconnectionTime() {
    assertThat(new String(EventStreamEncoder.opening(Duration.ofSeconds(3)), UTF_8))
        .isEqualTo(":\nretry: 3000\n");
  }

  @Test
  void opensWithNoRetryThatCannotBeWritten() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventStreamEncoder.opening(Duration.ofMillis(-1)))
        .withMessage("retry is negative");
  }

  @Test
  void makesNoEventOfTheOpeningAndTheHeartbeats() {
    Recorder recorder = new Recorder();
    EventStreamParser parser = new EventStreamParser(recorder);
    parser.feed(EventStreamEncoder.opening(Duration.ofSeconds(3)));
    parser.feed(EventStreamEncoder.heartbeat());
    parser.feed(EventStreamEncoder.encode(new ServerSentEvent("1", "t", "x", null)));
    parser.feed(EventStreamEncoder.heartbeat());
    parser.feed(EventStreamEncoder.heartbeat());
    parser.feed(EventStreamEncoder.encode(ServerSentEvent.of("y")));
    parser.feed(EventStreamEncoder.heartbeat());
    assertThat(recorder.told)
        .containsExactly(
            "comment ``",
            "retry 3000",
            "comment ``",
            "event `t` data `x` id `1`",
            "comment ``",
            "comment ``",
            "event `message` data `y` id `1`",
            "comment ``");
  }

  @Test
  void sharesNoArray() {
    assertThat(EventStreamEncoder.heartbeat()).isNotSameAs(EventStreamEncoder.heartbeat());
  }

  private static String encode(ServerSentEvent event) {
    return new String(EventStreamEncoder.encode(event), UTF_8);
  }

  private static int idLength(@Nullable String id) {
    return EventStreamEncoder.idLength(new ServerSentEvent(id, "t", "x", null));
  }
}
