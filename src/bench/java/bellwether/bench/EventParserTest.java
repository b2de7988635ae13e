package bellwether.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EventParserTest {
  private static final class Recorder implements EventParser.Handler {
    private final List<String> seen = new ArrayList<>();

    @Override
    public void event(int publisher, long number, long dueNanos) {
      seen.add(publisher + ":" + number + "@" + dueNanos);
    }

    @Override
    public void damaged() {
      seen.add("damaged");
    }
  }

  @Test
  void findsEveryEventHoweverTheStreamIsCut() {
    String stream =
        ":\nretry: 3000\nid: a-1\nevent: cursor\ndata: {}\n\n"
            + "id: a-2\ndata: %s\n\n".formatted(Payload.of(40, 0, 1, 1234567890123L))
            + ": hi\n\ndata:%s\nid:7\n\n".formatted(Payload.of(200, 1, 99, 5))
            + "data: xxxx\n\n"
            + "id: 8\r\ndata: %s\r\n\r\n".formatted(Payload.of(30, 0, 2, 6));
    for (int cut = 0; cut <= stream.length(); cut++) {
      assertThat(parse(stream, cut))
          .as("cut at %d", cut)
          .containsExactly("0:1@1234567890123", "1:99@5", "0:2@6");
    }
    assertThat(parseByteByByte(stream)).hasSize(3);
  }

  @Test
  void countsAnEventOnlyWithItsBlankLine() {
    String event = "data: " + Payload.of(30, 0, 1, 2) + "\n";
    assertThat(parse(event, 0)).isEmpty();
    assertThat(parse(event + "\n", 0)).containsExactly("0:1@2");
  }

  @Test
  void noticesWhatWasDamagedOnTheWay() {
    String whole = Payload.of(60, 0, 1, 2);
    for (int length = 1; length < whole.length(); length++) {
      String shorter = whole.substring(0, length);
      assertThat(parse("data: " + shorter + "\n\n", 0)).as(shorter).containsExactly("damaged");
    }
    assertThat(parse("data: " + whole + "x\n\n", 0)).containsExactly("damaged");
    assertThat(parse("data: " + whole + "\ndata: " + whole + "\n\n", 0)).containsExactly("damaged");
  }

  private static List<String> parse(String text, int cut) {
    Recorder recorder = new Recorder();
    EventParser parser = new EventParser(recorder);
    byte[] bytes = text.getBytes(US_ASCII);
    parser.parse(bytes, 0, cut);
    parser.parse(bytes, cut, bytes.length);
    return recorder.seen;
  }

  private static List<String> parseByteByByte(String text) {
    Recorder recorder = new Recorder();
    EventParser parser = new EventParser(recorder);
    byte[] bytes = text.getBytes(US_ASCII);
    for (int i = 0; i < bytes.length; i++) {
      parser.parse(bytes, i, i + 1);
    }
    return recorder.seen;
  }
}
