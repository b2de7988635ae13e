package bellwether.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever is sent is received, with LF for each line end and U+FFFD for each lone surrogate. */
class RoundTripTest {
  private static final int CASES = 20_000;
  private static final long FIRST_SEED = 20_261_121;

  private static final List<String> ONE_LINE_PIECES =
      List.of(
          " ",
          "  ",
          ":",
          ": ",
          "\t",
          "a",
          "data: x",
          "id",
          "retry: 1",
          "\u00E9",
          "\u0085",
          "\u2028",
          "\u20AC",
          "\uFEFF",
          "\uFFFD",
          "\uFFFF",
          "\uD83D\uDE00",
          "\uDBFF\uDFFF");
  private static final List<String> OTHER_PIECES =
      List.of("\r", "\n", "\r\n", "\n\n", "\r\r", "\n\r", "\0", "\uD83D", "\uDE00", "\uDFFF\uD800");

  @Test
  void receivesWhatWasSent() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
      Random random = new Random(seed);
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      List<String> expected = new ArrayList<>();
      String lastEventId = "";
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        ServerSentEvent event = randomEvent(random);
        stream.writeBytes(EventStreamEncoder.encode(event));
        lastEventId = event.id() == null ? lastEventId : event.id();
        addTold(expected, event, lastEventId);
      }
      assertThat(received(stream.toByteArray(), seed)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void receivesTheSameWithoutTheIdWhenItsLineIsSkipped() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + CASES / 10; seed++) {
      ServerSentEvent event = randomEvent(new Random(seed));
      byte[] block = EventStreamEncoder.encode(event);
      int skipped = EventStreamEncoder.idLength(event);
      Recorder recorder = new Recorder();
      new EventStreamParser(recorder).feed(block, skipped, block.length - skipped);
      List<String> expected = new ArrayList<>();
      addTold(expected, event, "");
      assertThat(recorder.told).as("seed %d", seed).isEqualTo(expected);
    }
  }

  private static List<String> received(byte[] stream, long seed) {
    Recorder recorder = new Recorder();
    Chunking.random(seed).feed(stream, new EventStreamParser(recorder));
    return recorder.told;
  }

  private static void addTold(List<String> told, ServerSentEvent event, String lastEventId) {
    Duration retry = event.retry();
    if (retry != null) {
      told.add("retry " + retry.toMillis());
    }
    told.add(
        "event `%s` data `%s` id `%s`"
            .formatted(
                event.type() == null ? "message" : event.type(),
                asReceived(event.data()),
                lastEventId));
  }

  /** Written apart from the code under test, by other means. */
  private static String asReceived(String data) {
    StringBuilder received = new StringBuilder();
    data.replace("\r\n", "\n")
        .replace('\r', '\n')
        .codePoints()
        .map(c -> Character.getType(c) == Character.SURROGATE ? 0xFFFD : c)
        .forEach(received::appendCodePoint);
    return received.toString();
  }

  private static ServerSentEvent randomEvent(Random random) {
    String type = randomLine(random);
    return new ServerSentEvent(
        randomLine(random),
        type == null || type.isEmpty() ? null : type,
        randomText(random, true),
        random.nextInt(4) == 0 ? Duration.ofMillis(random.nextLong() >>> 1) : null);
  }

  private static @Nullable String randomLine(Random random) {
    return random.nextBoolean() ? randomText(random, false) : null;
  }

  private static String randomText(Random random, boolean anything) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      boolean other = anything && random.nextBoolean();
      List<String> pieces = other ? OTHER_PIECES : ONE_LINE_PIECES;
      text.append(pieces.get(random.nextInt(pieces.size())));
    }
    return text.toString();
  }
}
